# Compiler settings that hold for every target.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
# GCC 12 takes four times as long for coroutines under -O1 with sanitizers.
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")

# ccache, where there is one. Paths are made relative, so that build folders share its entries.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these wrongly inside coroutine frames and the standard library's own inlined code.
  add_compile_options(-Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-array-bounds
                      -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
endif()

if(JEDLIK_SANITIZE)
  add_compile_options(-fsanitize=${JEDLIK_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${JEDLIK_SANITIZE})
  if(JEDLIK_SANITIZE MATCHES "undefined")
    # A check at every use of a pointer: a third of the time of a build, for what the address sanitizer
    # finds too (null), or what x86-64 allows (alignment).
    add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=null,alignment)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      add_compile_options(-fno-sanitize=function)  # clang 14 cannot place it in coroutines
    endif()
  endif()
  if(JEDLIK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(JEDLIK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
