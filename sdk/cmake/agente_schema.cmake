# agente_embed_schema(target file): the schema's text as <agente_schema.hpp> of the target and, if it has C sources, its
# bytes as <agente_schema.h>; again whenever the file changes.
include_guard(GLOBAL)

# Leaves a file alone that says it already, so that nothing is compiled again.
function(agente_write_if_changed file content)
  set(previous "")
  if(EXISTS ${file})
    file(READ ${file} previous)
  endif()
  if(NOT previous STREQUAL content)
    file(WRITE ${file} "${content}")
  endif()
endfunction()

# 64-bit FNV-1a of bytes given as hex digits, as two C literals: the preprocessor of C cannot compute it.
function(agente_fnv1a hex high_result low_result)
  set(high 0xcbf29ce4)
  set(low 0x84222325)
  string(REGEX MATCHALL ".." bytes "${hex}")
  foreach(byte IN LISTS bytes)
    # times 2^40 + 0x1b3, in halves of 32 bits, as CMake's numbers are signed
    math(EXPR low "${low} ^ 0x${byte}")
    math(EXPR high "(${high} * 0x1b3 + ((${low} * 0x1b3) >> 32) + (${low} << 8)) & 0xffffffff")
    math(EXPR low "(${low} * 0x1b3) & 0xffffffff")
  endforeach()
  set(${high_result} ${high}u PARENT_SCOPE)
  set(${low_result} ${low}u PARENT_SCOPE)
endfunction()

function(agente_embed_schema target file)
  get_filename_component(file ${file} ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  string(JSON type ERROR_VARIABLE problem GET "${text}" type)
  if(NOT type STREQUAL "object")
    message(FATAL_ERROR "agente_add_plugin: ${file} must be a JSON Schema whose \"type\" is \"object\". ${problem}")
  endif()
  get_filename_component(name ${file} NAME)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_schema)
  target_include_directories(${target} PRIVATE ${folder})
  string(CONCAT content
    "// Generated from ${name}; edit that.\n#pragma once\n\n#include <string_view>\n\n"
    "inline constexpr std::string_view agente_schema = R\"agente-schema(" "${text}" ")agente-schema\";\n")
  agente_write_if_changed(${folder}/agente_schema.hpp "${content}")

  get_target_property(sources ${target} SOURCES)
  if(NOT sources MATCHES "\\.c(;|$)")
    return()
  endif()
  file(READ ${file} hex HEX)
  agente_fnv1a(${hex} high low)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(CONCAT content
    "/* Generated from ${name}; edit that. */\n#ifndef AGENTE_SCHEMA_H\n#define AGENTE_SCHEMA_H\n"
    "#define AGENTE_SCHEMA_FNV1A (((uint64_t)${high} << 32) | ${low})\n#define AGENTE_SCHEMA_BYTES ${bytes}\n#endif\n")
  agente_write_if_changed(${folder}/agente_schema.h "${content}")
endfunction()
