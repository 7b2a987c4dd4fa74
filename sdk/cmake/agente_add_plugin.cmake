# agente_add_plugin(name KIND channel|pms|exporter SOURCES a.cpp ...
#                   [SCHEMA schema.json] [LIBRARIES ...] [CONFORMANCE] [NO_INSTALL])
#
# A plugin for the Agente host: the shared library name.so, without "lib", in ${AGENTE_PLUGIN_DIRECTORY} if that is set.
# The name should be the plugin's id. This is the only place for the flags a plugin needs to be loadable and unloadable.
#   SCHEMA       makes <agente_schema.hpp> with `inline constexpr std::string_view agente_schema`, the file's text
#   CONFORMANCE  adds a test that runs agente-conformance on the result, where that program is known
#   NO_INSTALL   leaves it out of `cmake --install`
include_guard(GLOBAL)
include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)

# Sets `result` to whether a shared library links with the option under this directory's flags (sanitizers!).
function(agente_links_with option result)
  get_directory_property(compile_options COMPILE_OPTIONS)
  get_directory_property(link_options LINK_OPTIONS)
  list(JOIN compile_options " " CMAKE_REQUIRED_FLAGS)
  set(CMAKE_REQUIRED_LINK_OPTIONS ${link_options} -fPIC -shared ${option})
  set(CMAKE_REQUIRED_FLAGS "${CMAKE_REQUIRED_FLAGS} -fPIC")
  set(CMAKE_REQUIRED_QUIET ON)
  check_cxx_source_compiles("int* agente_probe(int n) { return new int[static_cast<unsigned>(n)]; }
                             int main() { return 0; }" ${result})
endfunction()

# Writes the schema's text into <agente_schema.hpp> of the target, again whenever the file changes.
function(agente_embed_schema target file)
  get_filename_component(file ${file} ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  string(JSON type ERROR_VARIABLE problem GET "${text}" type)
  if(NOT type STREQUAL "object")
    message(FATAL_ERROR "agente_add_plugin: ${file} must be a JSON Schema whose \"type\" is \"object\". ${problem}")
  endif()
  set(header ${CMAKE_CURRENT_BINARY_DIR}/${target}_schema/agente_schema.hpp)
  string(CONCAT content
    "// Generated from ${file}; edit that.\n#pragma once\n\n#include <string_view>\n\n"
    "inline constexpr std::string_view agente_schema = R\"agente-schema(" "${text}" ")agente-schema\";\n")
  set(previous "")
  if(EXISTS ${header})
    file(READ ${header} previous)
  endif()
  if(NOT previous STREQUAL content)
    file(WRITE ${header} "${content}")
  endif()
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${target}_schema)
endfunction()

function(agente_add_plugin name)
  cmake_parse_arguments(PLUGIN "CONFORMANCE;NO_INSTALL" "KIND;SCHEMA" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT PLUGIN_KIND MATCHES "^(channel|pms|exporter)$")
    message(FATAL_ERROR "agente_add_plugin(${name}): KIND must be channel, pms or exporter, not \"${PLUGIN_KIND}\"")
  endif()
  if(NOT PLUGIN_SOURCES)
    message(FATAL_ERROR "agente_add_plugin(${name}): SOURCES is missing")
  endif()
  if(PLUGIN_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "agente_add_plugin(${name}): unknown words: ${PLUGIN_UNPARSED_ARGUMENTS}")
  endif()

  add_library(${name} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${name} PRIVATE agente::sdk ${PLUGIN_LIBRARIES} $<TARGET_NAME_IF_EXISTS:agente_options>)
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" SKIP_BUILD_RPATH ON POSITION_INDEPENDENT_CODE ON)
  if(AGENTE_PLUGIN_DIRECTORY)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${AGENTE_PLUGIN_DIRECTORY})
  endif()

  # One exported symbol and no unique ones, else dlclose never unmaps the library; everything resolved at load.
  set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/agente_plugin.map)
  target_compile_options(${name} PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden)
  target_link_options(${name} PRIVATE -Wl,--version-script=${map} -Wl,-z,now -Wl,-z,relro -Wl,--build-id)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${map})
  check_cxx_compiler_flag(-fno-gnu-unique AGENTE_HAS_NO_GNU_UNIQUE)
  if(AGENTE_HAS_NO_GNU_UNIQUE)
    target_compile_options(${name} PRIVATE -fno-gnu-unique)
  endif()
  agente_links_with(-Wl,-z,defs AGENTE_LINKS_WITH_Z_DEFS)
  if(AGENTE_LINKS_WITH_Z_DEFS)
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()

  if(PLUGIN_SCHEMA)
    agente_embed_schema(${name} ${PLUGIN_SCHEMA})
  endif()
  if(PLUGIN_CONFORMANCE)
    agente_add_conformance_test(${name})
  endif()
  if(NOT PLUGIN_NO_INSTALL)
    install(TARGETS ${name} LIBRARY DESTINATION lib/agente-hotel/plugins COMPONENT plugins)
  endif()
endfunction()

function(agente_add_conformance_test name)
  find_program(AGENTE_CONFORMANCE agente-conformance)
  if(TARGET agente-conformance)
    add_test(NAME ${name}.conformance COMMAND agente-conformance $<TARGET_FILE:${name}>)
  elseif(AGENTE_CONFORMANCE)
    add_test(NAME ${name}.conformance COMMAND ${AGENTE_CONFORMANCE} $<TARGET_FILE:${name}>)
  endif()
endfunction()
