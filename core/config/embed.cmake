# cmake -DINPUT=schema.json -DOUTPUT=core_schema.cpp -P embed.cmake: the schema as a string in the program.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include \"config/load.hpp\"

namespace agente::config {

std::string_view core_schema() {
  return R\"agente(${text})agente\";
}

}  // namespace agente::config
")
