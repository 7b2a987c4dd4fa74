# agente_spoilt_copy(name FILE core/room/file.cpp REPLACE "text" BY "text" [REPLACE ... BY ...])
#
# Writes name.cpp into this build folder, a spoilt copy of the file. Fails here if a text is not in the file any more, so
# that no sabotage becomes harmless unnoticed. `@semicolon@` stands for one; no text may be empty.
#
# agente_sabotage(name ...): the host once more, with that file of it spoilt: the proof that a test finds what it is for.
# Nothing in the product knows of it: the spoilt copy is linked before the library with the right one.
function(agente_spoilt_copy name)
  cmake_parse_arguments(PARSE_ARGV 1 S "" "FILE" "")
  file(READ ${PROJECT_SOURCE_DIR}/${S_FILE} text)
  set(words ${S_UNPARSED_ARGUMENTS})
  while(words)
    list(POP_FRONT words replace before by after)
    string(REPLACE "@semicolon@" ";" before "${before}")
    string(REPLACE "@semicolon@" ";" after "${after}")
    string(FIND "${text}" "${before}" found)
    if(found EQUAL -1)
      message(FATAL_ERROR "sabotage ${name}: '${before}' is not in ${S_FILE} any more; find its like and change it here")
    endif()
    string(REPLACE "${before}" "${after}" text "${text}")
  endwhile()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${S_FILE})
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp CONTENT "${text}" @ONLY)
endfunction()

function(agente_sabotage name)
  agente_spoilt_copy(${name} ${ARGN})
  add_executable(${name} ${PROJECT_SOURCE_DIR}/core/app/host_main.cpp ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE agente_host CLI11::CLI11 agente_options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
endfunction()
