# agente::sdk, agente::plugin-api and agente_add_plugin().
include(${CMAKE_CURRENT_LIST_DIR}/agente-sdkTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/agente_add_plugin.cmake)
