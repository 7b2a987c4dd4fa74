# agente::sdk, agente::plugin-api, agente_add_plugin() and agente_add_plugin_test().
cmake_policy(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/agente-sdkTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/agente_add_plugin.cmake)
