# A room is one folder under src/ and one static library. It sees the headers of the rooms that it
# names, and of no other: a room's headers are reached through a folder of its own that holds links,
# <build>/rooms/<room>/<path>.h -> src/<path>.h. An include against the order of the house therefore
# fails the build. Every header compiles on its own: a header with a source file of its name is the
# first that this file includes, any other is compiled alone.

# jedlik_room(<name> [ROOMS <room>...] [LIBRARIES <library>...])
function(jedlik_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBRARIES" ${ARGN})
  string(REPLACE "/" "_" target "room_${name}")
  set(view_dir ${CMAKE_BINARY_DIR}/rooms/${target})
  file(REMOVE_RECURSE ${view_dir})
  file(MAKE_DIRECTORY ${view_dir}/${name})

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/src/${name}/*.h)
  foreach(header ${headers})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${header} ${view_dir}/${header} SYMBOLIC)
    string(REGEX REPLACE "\\.h$" ".cc" source ${CMAKE_SOURCE_DIR}/src/${header})
    if(NOT EXISTS ${source})
      string(MAKE_C_IDENTIFIER ${header} identifier)
      set(alone ${CMAKE_BINARY_DIR}/headers/${identifier}.cc)
      file(CONFIGURE OUTPUT ${alone} CONTENT "#include \"${header}\"\n")
      list(APPEND sources ${alone})
    endif()
  endforeach()

  if(NOT sources)
    add_library(${target} INTERFACE)
    return()
  endif()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${view_dir})
  target_link_libraries(${target} PUBLIC ${ROOM_LIBRARIES})
  foreach(below ${ROOM_ROOMS})
    string(REPLACE "/" "_" below_target "room_${below}")
    target_link_libraries(${target} PUBLIC ${below_target})
  endforeach()
endfunction()
