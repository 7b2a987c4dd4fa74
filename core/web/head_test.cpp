#include "web/head.hpp"

#include <gtest/gtest.h>

#include "web/body.hpp"

namespace agente::web {
namespace {

using namespace std::string_view_literals;

int refusal_of(std::string_view head) {
  Request request;
  Framing framing;
  const auto refusal = parse_head(head, 8, request, framing);
  return refusal ? refusal->status : 0;
}

TEST(RequestHead, IsReadIntoItsParts) {
  Request request;
  Framing framing;
  const auto refusal = parse_head(
      "POST /a%20b/c?x=1&y=a+b%21&x=2&z HTTP/1.1\r\nHost: h\r\ncontent-LENGTH:  12 \r\nX-Empty:", 8, request, framing);

  ASSERT_FALSE(refusal) << refusal->message;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a%20b/c?x=1&y=a+b%21&x=2&z");
  EXPECT_EQ(request.path, "/a%20b/c");
  EXPECT_EQ(request.query, (Fields{{"x", "1"}, {"y", "a b!"}, {"x", "2"}, {"z", ""}}));
  EXPECT_EQ(request.query_value("y"), "a b!");
  EXPECT_EQ(request.query_value("absent"), std::nullopt);
  EXPECT_EQ(request.headers.get("Content-Length"), "12");
  EXPECT_TRUE(request.headers.has("x-empty"));
  EXPECT_EQ(framing.length, 12U);
  EXPECT_TRUE(framing.keep_alive);
}

TEST(RequestHead, KeepAliveFollowsTheVersionAndTheConnectionHeader) {
  const auto kept = [](const std::string& head) {
    Request request;
    Framing framing;
    EXPECT_FALSE(parse_head(head, 8, request, framing));
    return framing.keep_alive;
  };
  EXPECT_TRUE(kept("GET / HTTP/1.1\r\nHost: h"));
  EXPECT_FALSE(kept("GET / HTTP/1.1\r\nHost: h\r\nConnection: foo, Close"));
  EXPECT_FALSE(kept("GET / HTTP/1.0"));
  EXPECT_TRUE(kept("GET / HTTP/1.0\r\nConnection: Keep-Alive"));
}

TEST(RequestHead, WhatTwoReadersCouldReadDifferentlyIsRefused) {
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(refusal_of(post + "Content-Length: 3\r\nContent-Length: 3"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: 3, 3"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: +3"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: -1"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: 0x10"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length:"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: 99999999999999999999999"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: 3\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding: gzip, chunked"), 501);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 501);
  EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding : chunked"), 400);
  EXPECT_EQ(refusal_of(post + "X: a\r\n folded"), 400);
  EXPECT_EQ(refusal_of(post + "X: a\nContent-Length: 3"), 400);
  EXPECT_EQ(refusal_of(post + "Host: other"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1"), 400);
}

TEST(RequestHead, MalformedLinesAreRefused) {
  for (const auto* line : {"", " ", "GET", "GET /", "GET  / HTTP/1.1", "GET / / HTTP/1.1", "G@T / HTTP/1.1",
                           "GET x HTTP/1.1", "GET /# HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /?a=%zz HTTP/1.1",
                           "GET /?a=%00 HTTP/1.1", "GET http://h/ HTTP/1.1", "OPTIONS * HTTP/1.1", "GET / FTP/1.1"}) {
    EXPECT_EQ(refusal_of(std::string(line) + "\r\nHost: h"), 400) << line;
  }
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\nHost: h"), 505);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\nno colon"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\n: v"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b"sv), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\nExpect: money"), 417);
}

TEST(RequestHead, HeaderLinesAreCounted) {
  std::string head = "GET / HTTP/1.1\r\nHost: h";
  for (int i = 0; i < 7; ++i) head += "\r\nX: y";
  EXPECT_EQ(refusal_of(head), 0);
  EXPECT_EQ(refusal_of(head + "\r\nX: y"), 431);
}

TEST(Chunks, AreLimitedMalformedOrDone) {
  using State = ChunkDecoder::State;
  const auto decode = [](std::string_view input) {
    std::string body;
    return ChunkDecoder(10).feed(input, body);
  };
  EXPECT_EQ(decode("a\r\n0123456789\r\n0\r\n\r\n"), State::done);
  EXPECT_EQ(decode("5\r\n01234\r\n6\r\n"), State::too_large);
  EXPECT_EQ(decode("b\r\n"), State::too_large);
  EXPECT_EQ(decode("ffffffffffffffffff\r\n"), State::too_large);
  EXPECT_EQ(decode("1\r\naX"), State::more);
  EXPECT_EQ(decode("1\r\naX\r\n"), State::broken);
  EXPECT_EQ(decode("1\na"), State::broken);
  EXPECT_EQ(decode("-1\r\n"), State::broken);
  EXPECT_EQ(decode("\r\n"), State::broken);
  EXPECT_EQ(decode("zz\r\n"), State::broken);
  EXPECT_EQ(decode(std::string(300, '0')), State::broken);
  EXPECT_EQ(decode("0\r\n" +
                   [] {
                     std::string trailers;
                     for (int i = 0; i < 100; ++i) trailers += std::string(200, 't') + "\r\n";
                     return trailers;
                   }()),
            State::broken);
}

TEST(Cookies, AreFoundByTheirWholeName) {
  Request request;
  request.headers.add("Cookie", "xagente=1; agente=2;agente2=3");
  request.headers.add("cookie", "last = 4; other=5=6");
  EXPECT_EQ(cookie(request, "agente"), "2");
  EXPECT_EQ(cookie(request, "agente2"), "3");
  EXPECT_EQ(cookie(request, "other"), "5=6");
  EXPECT_EQ(cookie(request, "absent"), "");
}

}  // namespace
}  // namespace agente::web
