#include "messaging/file_name.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace agente::messaging {
namespace {

TEST(FileName, AnHonestNameStays) {
  for (const auto* name : {"DNI Lucía.jpg", "reserva (2).pdf", "合同.docx", "IMG_0001.HEIC"}) {
    EXPECT_EQ(clean_file_name(name), name);
  }
}

TEST(FileName, AHostileOneIsHarmless) {
  EXPECT_EQ(clean_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(clean_file_name("C:\\Windows\\system32\\cmd.exe"), "cmd.exe");
  EXPECT_EQ(clean_file_name(".."), "");
  EXPECT_EQ(clean_file_name("/"), "");
  EXPECT_EQ(clean_file_name(""), "");
  EXPECT_EQ(clean_file_name(".bashrc"), "bashrc");
  EXPECT_EQ(clean_file_name("-rf x"), "rf x");
  EXPECT_EQ(clean_file_name("a.jpg\r\nSet-Cookie: x=1"), "a.jpgSet-Cookie_ x=1");
  EXPECT_EQ(clean_file_name(std::string("a\0b.jpg", 7)),
            "a\xEF\xBF\xBD"
            "b.jpg");
  EXPECT_EQ(clean_file_name("factura\u202Egpj.exe"), "facturagpj.exe") << "direction marks hide the extension";
  EXPECT_EQ(clean_file_name("a\u2066\u200F\uFEFF.pdf"), "a.pdf");
  EXPECT_EQ(clean_file_name("a\"b';$(x)`.pdf"), "a_b'__(x)_.pdf");
  EXPECT_EQ(clean_file_name("a%2e%2e.pdf"), "a_2e_2e.pdf");
  EXPECT_EQ(clean_file_name("\xff\xfe.pdf"), "\xEF\xBF\xBD\xEF\xBF\xBD.pdf");
  EXPECT_EQ(clean_file_name("trailing. . "), "trailing");
}

TEST(FileName, ALongOneKeepsItsExtension) {
  const auto shortened = clean_file_name(std::string(10'000, 'x') + ".pdf");
  EXPECT_EQ(shortened.size(), 120U);
  EXPECT_TRUE(shortened.ends_with("x.pdf"));
  std::string letters;
  for (int i = 0; i < 500; ++i) letters += "ñ";
  EXPECT_EQ(count_code_points(clean_file_name(letters + ".jpeg")), 120U);
  EXPECT_EQ(clean_file_name("a." + std::string(10'000, 'x')).size(), 120U);
}

}  // namespace
}  // namespace agente::messaging
