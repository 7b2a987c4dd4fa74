#include "plugins/admission/elf_file.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <type_traits>

#include <elf.h>

namespace agente::plugins {
namespace {

constexpr std::size_t kLongestName = 4096;
constexpr std::string_view kNoteSection = ".note.agente.plugin";
constexpr std::string_view kSchemaSection = ".agente.schema";
/// A word of libstdc++'s terminate handler: in a plugin's own bytes only if it was linked with -static-libstdc++,
/// whose symbols may be hidden or stripped.
constexpr std::string_view kTerminateHandler = "terminate called recursively";

/// A part of the file; reads beyond its end yield nothing.
class Piece {
 public:
  explicit Piece(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  template <class T>
  [[nodiscard]] std::optional<T> read(std::uint64_t at) const {
    static_assert(std::is_trivially_copyable_v<T>);
    if (at > bytes_.size() || bytes_.size() - at < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + at, sizeof(T));
    return value;
  }

  [[nodiscard]] std::optional<Piece> part(std::uint64_t at, std::uint64_t length) const {
    if (at > bytes_.size() || bytes_.size() - at < length) return std::nullopt;
    return Piece(bytes_.subspan(at, length));
  }

  /// The NUL-terminated name at `at` of a string table.
  [[nodiscard]] std::optional<std::string> name(std::uint64_t at) const {
    if (at >= bytes_.size()) return std::nullopt;
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + at;
    const auto longest = std::min<std::size_t>(bytes_.size() - at, kLongestName);
    const auto* end = static_cast<const char*>(std::memchr(begin, '\0', longest));
    if (end == nullptr) return std::nullopt;
    return std::string(begin, end);
  }

  [[nodiscard]] bool contains(std::string_view text) const {
    return memmem(bytes_.data(), bytes_.size(), text.data(), text.size()) != nullptr;
  }

  [[nodiscard]] std::string text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  std::span<const std::byte> bytes_;
};

Error broken(std::string_view what) {
  return {Code::kInvalid, "the file is damaged or cut short: " + std::string(what) + " lies outside of it"};
}

class Reader {
 public:
  explicit Reader(std::span<const std::byte> file) : file_(file) {}

  Result<ElfFacts> read() {
    for (const auto step :
         {&Reader::read_header, &Reader::read_segments, &Reader::read_dynamic, &Reader::read_sections}) {
      if (auto done = (this->*step)(); !done) return done.error();
    }
    facts_.static_libstdcxx = file_.contains(kTerminateHandler);
    return std::move(facts_);
  }

 private:
  Result<void> read_header() {
    const auto header = file_.read<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) {
      return Error{Code::kInvalid, "this is not an ELF file"};
    }
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
      return Error{Code::kInvalid, "this is not a 64-bit little-endian ELF file"};
    }
    if (header->e_type != ET_DYN) return Error{Code::kInvalid, "this is an ELF file but not a shared library"};
    header_ = *header;
    facts_.machine = header->e_machine;
    return {};
  }

  Result<void> read_segments() {
    for (std::uint64_t i = 0; i < header_.e_phnum; ++i) {
      const auto segment = file_.read<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr));
      if (!segment) return broken("a program header");
      if (segment->p_type == PT_GNU_STACK) facts_.executable_stack = (segment->p_flags & PF_X) != 0;
      if (segment->p_type == PT_GNU_RELRO) facts_.has_relro = true;
      if (segment->p_type == PT_LOAD || segment->p_type == PT_DYNAMIC) {
        if (!file_.part(segment->p_offset, segment->p_filesz)) return broken("a segment");
      }
      if (segment->p_type == PT_LOAD) loaded_.push_back(*segment);
      if (segment->p_type == PT_DYNAMIC) dynamic_ = *file_.part(segment->p_offset, segment->p_filesz);
    }
    return {};
  }

  [[nodiscard]] std::optional<Piece> at_address(std::uint64_t address, std::uint64_t length) const {
    for (const auto& segment : loaded_) {
      if (address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz) continue;
      return file_.part(segment.p_offset + (address - segment.p_vaddr), length);
    }
    return std::nullopt;
  }

  Result<void> read_dynamic() {
    if (!dynamic_) return broken("the dynamic table");
    std::vector<Elf64_Dyn> entries;
    std::uint64_t strings = 0;
    std::uint64_t strings_size = 0;
    for (std::uint64_t at = 0; const auto entry = dynamic_->read<Elf64_Dyn>(at); at += sizeof(Elf64_Dyn)) {
      if (entry->d_tag == DT_NULL) break;
      if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
      if (entry->d_tag == DT_STRSZ) strings_size = entry->d_un.d_val;
      entries.push_back(*entry);
    }
    const auto names = at_address(strings, strings_size);
    if (!names) return broken("the dynamic string table");
    for (const auto& entry : entries) {
      if (!take_dynamic(entry, *names)) return broken("a name in the dynamic table");
    }
    return {};
  }

  bool take_dynamic(const Elf64_Dyn& entry, const Piece& names) {
    const auto flags = entry.d_un.d_val;
    switch (entry.d_tag) {
      case DT_FLAGS_1:
        facts_.no_delete = (flags & DF_1_NODELETE) != 0;
        facts_.binds_now |= (flags & DF_1_NOW) != 0;
        return true;
      case DT_FLAGS:
        facts_.text_relocations |= (flags & DF_TEXTREL) != 0;
        facts_.binds_now |= (flags & DF_BIND_NOW) != 0;
        return true;
      case DT_TEXTREL:
        facts_.text_relocations = true;
        return true;
      case DT_NEEDED:
      case DT_AUXILIARY:
      case DT_FILTER:
      case DT_SONAME:
      case DT_RPATH:
      case DT_RUNPATH:
        break;
      default:
        return true;
    }
    const auto name = names.name(flags);
    if (!name) return false;
    const bool loads = entry.d_tag == DT_NEEDED || entry.d_tag == DT_AUXILIARY || entry.d_tag == DT_FILTER;
    if (loads) facts_.needed.push_back(*name);
    if (entry.d_tag == DT_SONAME) facts_.soname = *name;
    const bool leads = entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH;
    if (leads && !name->empty()) facts_.search_path = *name;  // an empty one must not hide the other
    return true;
  }

  [[nodiscard]] std::optional<Elf64_Shdr> section(std::uint64_t index) const {
    if (index >= header_.e_shnum) return std::nullopt;
    return file_.read<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
  }

  [[nodiscard]] std::optional<Piece> contents(const Elf64_Shdr& of) const {
    return of.sh_type == SHT_NOBITS ? std::nullopt : file_.part(of.sh_offset, of.sh_size);
  }

  Result<void> read_sections() {
    if (header_.e_shnum == 0) return {};
    const auto names_header = section(header_.e_shstrndx);
    const auto names = names_header ? contents(*names_header) : std::nullopt;
    if (!names) return broken("the table of section names");
    for (std::uint64_t i = 0; i < header_.e_shnum; ++i) {
      const auto found = section(i);
      if (!found) return broken("a section header");
      const auto name = names->name(found->sh_name);
      if (!name) return broken("the name of a section");
      if (auto done = take_section(*found, *name); !done) return done;
    }
    return {};
  }

  Result<void> take_section(const Elf64_Shdr& found, const std::string& name) {
    const bool wanted = found.sh_type == SHT_DYNSYM || name == kNoteSection || name == kSchemaSection;
    if (!wanted) return {};
    const auto bytes = contents(found);
    if (!bytes) return broken("section " + name);
    if (name == kSchemaSection) facts_.schema = bytes->text();
    if (name == kNoteSection) {
      facts_.has_note_section = true;
      facts_.note = read_note(*bytes, found.sh_addralign);
    }
    return found.sh_type == SHT_DYNSYM ? read_symbols(found, *bytes) : Result<void>{};
  }

  static std::optional<agente_note> read_note(const Piece& bytes, std::uint64_t alignment) {
    const auto header = bytes.read<Elf64_Nhdr>(0);
    if (!header || header->n_type != 1 || header->n_namesz != sizeof "agente") return std::nullopt;
    if (bytes.name(sizeof(Elf64_Nhdr)) != "agente") return std::nullopt;
    const std::uint64_t step = alignment == 8 ? 8 : 4;
    const auto start = (sizeof(Elf64_Nhdr) + sizeof "agente" + step - 1) / step * step;
    auto note = bytes.read<agente_note>(start);
    if (!note || header->n_descsz < sizeof(agente_note) || note->struct_size < sizeof(agente_note)) return std::nullopt;
    note->id[sizeof note->id - 1] = '\0';
    note->version[sizeof note->version - 1] = '\0';
    return note;
  }

  Result<void> read_symbols(const Elf64_Shdr& table, const Piece& bytes) {
    const auto names_header = section(table.sh_link);
    const auto names = names_header ? contents(*names_header) : std::nullopt;
    if (!names) return broken("the names of the symbols");
    for (std::uint64_t at = sizeof(Elf64_Sym); at < bytes.size(); at += sizeof(Elf64_Sym)) {
      const auto symbol = bytes.read<Elf64_Sym>(at);
      if (!symbol) return broken("a symbol");
      auto name = names->name(symbol->st_name);
      if (!name) return broken("the name of a symbol");
      const auto bind = ELF64_ST_BIND(symbol->st_info);
      if (symbol->st_shndx == SHN_UNDEF) {
        (bind == STB_WEAK ? facts_.undefined_weak : facts_.undefined).push_back(std::move(*name));
        continue;
      }
      facts_.gnu_unique |= bind == STB_GNU_UNIQUE;
      if (bind != STB_LOCAL) facts_.exported.push_back(std::move(*name));
    }
    return {};
  }

  Piece file_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> loaded_;
  std::optional<Piece> dynamic_;
  ElfFacts facts_;
};

}  // namespace

Result<ElfFacts> read_elf(std::span<const std::byte> file) { return Reader(file).read(); }

}  // namespace agente::plugins
