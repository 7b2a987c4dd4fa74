# agente_add_plugin(name KIND channel|pms|exporter SOURCES a.cpp|a.c ...
#                   [SCHEMA schema.json] [LIBRARIES ...] [CONFORMANCE] [NO_INSTALL])
#
# A plugin for the Agente host: the shared library name.so, without "lib", in ${AGENTE_PLUGIN_DIRECTORY} if that is set.
# The name should be the plugin's id. This is the only place for the flags a plugin needs to be loadable and unloadable.
#   SCHEMA       makes <agente_schema.hpp> with `inline constexpr std::string_view agente_schema`, the file's text, and
#                for C <agente_schema.h> with its bytes, which <agente/c_note.h> puts into the file
#   CONFORMANCE  adds a test that runs agente-conformance on the result, where that program is found
#   NO_INSTALL   leaves it out of `cmake --install`
#
# agente_add_plugin_test(name SOURCES a_test.cpp ... [LIBRARIES ...])
#
# The test name_test of that plugin, with GoogleTest, if it is installed, and the plugin's <agente_schema.hpp>.
include_guard(GLOBAL)
include(CheckCompilerFlag)
include(CheckSourceCompiles)
include(${CMAKE_CURRENT_LIST_DIR}/agente_schema.cmake)

# The language to ask the compiler in: a project may be plain C and have no C++ compiler at all.
function(agente_probe_language result)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  set(language C)
  if("CXX" IN_LIST languages)
    set(language CXX)
  endif()
  set(${result} ${language} PARENT_SCOPE)
endfunction()

# Sets `result` to whether a shared library links with the option under this directory's flags (sanitizers!).
function(agente_links_with language option result)
  get_directory_property(compile_options COMPILE_OPTIONS)
  get_directory_property(link_options LINK_OPTIONS)
  list(JOIN compile_options " " CMAKE_REQUIRED_FLAGS)
  set(CMAKE_REQUIRED_LINK_OPTIONS ${link_options} -fPIC -shared ${option})
  set(CMAKE_REQUIRED_FLAGS "${CMAKE_REQUIRED_FLAGS} -fPIC")
  set(CMAKE_REQUIRED_QUIET ON)
  check_source_compiles(${language} "int agente_probe(int* n);
                                     int agente_probe(int* n) { return *n + 1; }
                                     int main(void) { return 0; }" ${result})
endfunction()

# One exported symbol and no unique ones, else dlclose never unmaps the library; everything resolved at load.
function(agente_set_plugin_flags target map)
  agente_probe_language(language)
  target_compile_options(${target} PRIVATE -fvisibility=hidden $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>)
  target_link_options(${target} PRIVATE -Wl,--version-script=${map} -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack
    -Wl,--build-id)
  set_target_properties(${target} PROPERTIES LINK_DEPENDS ${map})
  check_compiler_flag(${language} -fno-gnu-unique AGENTE_HAS_NO_GNU_UNIQUE)
  if(AGENTE_HAS_NO_GNU_UNIQUE)
    target_compile_options(${target} PRIVATE -fno-gnu-unique)
  endif()
  agente_links_with(${language} -Wl,-z,defs AGENTE_LINKS_WITH_Z_DEFS)
  if(AGENTE_LINKS_WITH_Z_DEFS)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
endfunction()

# agente::sdk for C++; its headers alone where there is no C++ compiler to ask for C++20.
function(agente_use_sdk target)
  agente_probe_language(language)
  if(language STREQUAL "CXX")
    target_link_libraries(${target} PRIVATE agente::sdk)
  else()
    target_link_libraries(${target} PRIVATE agente::plugin-api)
    target_include_directories(${target} SYSTEM PRIVATE $<TARGET_PROPERTY:agente::sdk,INTERFACE_INCLUDE_DIRECTORIES>)
  endif()
  target_link_libraries(${target} PRIVATE $<TARGET_NAME_IF_EXISTS:agente_options>)
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
  agente_use_sdk(${name})
  target_link_libraries(${name} PRIVATE ${PLUGIN_LIBRARIES})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" SKIP_BUILD_RPATH ON POSITION_INDEPENDENT_CODE ON)
  if(AGENTE_PLUGIN_DIRECTORY)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${AGENTE_PLUGIN_DIRECTORY})
  endif()
  agente_set_plugin_flags(${name} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/agente_plugin.map)

  if(PLUGIN_SCHEMA)
    get_filename_component(schema ${PLUGIN_SCHEMA} ABSOLUTE)
    set_target_properties(${name} PROPERTIES AGENTE_SCHEMA ${schema})
    agente_embed_schema(${name} ${schema})
  endif()
  if(PLUGIN_CONFORMANCE)
    agente_add_conformance_test(${name} $<TARGET_FILE:${name}>)
  endif()
  if(NOT PLUGIN_NO_INSTALL)
    install(TARGETS ${name} LIBRARY DESTINATION lib/agente-hotel/plugins COMPONENT plugins)
  endif()
endfunction()

# The test name.conformance of `file`: by the runner of this build, or by the one installed beside this package.
function(agente_add_conformance_test name file)
  if(TARGET agente-conformance)
    add_test(NAME ${name}.conformance COMMAND agente-conformance ${file})
    return()
  endif()
  find_program(AGENTE_CONFORMANCE agente-conformance HINTS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../../bin)
  if(AGENTE_CONFORMANCE)
    add_test(NAME ${name}.conformance COMMAND ${AGENTE_CONFORMANCE} ${file})
  else()
    message(STATUS "${name}: no conformance test, as agente-conformance is not installed")
  endif()
endfunction()

function(agente_add_plugin_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(DEFINED BUILD_TESTING AND NOT BUILD_TESTING)
    return()
  endif()
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    message(STATUS "${name}: no unit tests, as GoogleTest is not installed (Debian: libgmock-dev)")
    return()
  endif()
  add_executable(${name}_test ${TEST_SOURCES})
  set_target_properties(${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  agente_use_sdk(${name}_test)
  set(main GTest::gtest_main)
  if(TARGET GTest::gmock_main)
    set(main GTest::gmock_main)
  endif()
  target_link_libraries(${name}_test PRIVATE ${TEST_LIBRARIES} ${main})
  get_target_property(schema ${name} AGENTE_SCHEMA)
  if(schema)
    agente_embed_schema(${name}_test ${schema})
  endif()
  add_test(NAME ${name}_test COMMAND ${name}_test)
endfunction()
