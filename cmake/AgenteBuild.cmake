# How every target of this project is compiled, and the two functions that declare rooms and their tests.
include(CheckCXXCompilerFlag)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(AGENTE_PLUGIN_DIRECTORY ${PROJECT_BINARY_DIR}/plugins)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Ours only: headers of libraries come from /usr/include and are exempt.
add_library(agente_options INTERFACE)
target_compile_options(agente_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror
  -Wno-missing-field-initializers  # designated initialisers are the house style
  # g++ 12 sees these two in std::string and date.h where there is nothing to see, once it optimises.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-restrict;-Wno-maybe-uninitialized>)
if(AGENTE_SANITIZE)
  # Everything is instrumented alike, plugins included.
  add_compile_options(-fsanitize=${AGENTE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${AGENTE_SANITIZE})
  if(AGENTE_SANITIZE MATCHES "undefined")
    # Without the checks that AddressSanitizer makes as well (a null or wild access faults): they double compile time.
    add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=null,alignment,vptr,object-size)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fstack-protector-strong -D_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

add_custom_target(concurrency)  # the tests that ThreadSanitizer runs

# agente_room(store SOURCES a.cpp ... [DEPENDS room|lib ...] [TESTS a_test.cpp ...] [TEST_DEPENDS ...])
# One room of the house: a static library agente_<room> and, beside its sources, its tests <room>_test.
function(agente_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS;TESTS;TEST_DEPENDS" ${ARGN})
  add_library(agente_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(agente_${name} PUBLIC ${PROJECT_SOURCE_DIR}/core)
  target_link_libraries(agente_${name} PUBLIC ${ROOM_DEPENDS} PRIVATE agente_options)
  if(AGENTE_TESTS AND ROOM_TESTS)
    agente_test(${name}_test SOURCES ${ROOM_TESTS} DEPENDS agente_${name} ${ROOM_TEST_DEPENDS})
  endif()
endfunction()

# agente_test(name SOURCES ... [DEPENDS ...] [LABELS ...]): a GoogleTest program; each TEST is one CTest test.
# LABELS concurrency: also run under ThreadSanitizer. LABELS e2e: starts real programs.
function(agente_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE ${T_DEPENDS} agente_options GTest::gmock_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  if("concurrency" IN_LIST T_LABELS)
    add_dependencies(concurrency ${name})
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}")
endfunction()

# Every C compiler at hand: the headers of plugin-api must be right for all of them.
set(AGENTE_C_COMPILERS ${CMAKE_C_COMPILER})
find_program(AGENTE_CLANG_C clang-14)
if(AGENTE_CLANG_C AND NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
  list(APPEND AGENTE_C_COMPILERS ${AGENTE_CLANG_C})
endif()
