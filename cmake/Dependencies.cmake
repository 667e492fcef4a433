# Libraries, all from Debian 12's packages. docs/dependencies.md says why each is here.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(RocksDB REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CLI11 REQUIRED)
find_path(TOMLPLUSPLUS_HEADERS toml++/toml.h REQUIRED)  # used as headers alone
find_library(XXHASH_LIBRARY xxhash REQUIRED)

# Asio is compiled once, in base/, not in every file that includes it.
add_library(jedlik_asio INTERFACE)
target_compile_definitions(jedlik_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                           BOOST_ASIO_NO_DEPRECATED
                           # Frames of coroutines that a thread keeps for the next request.
                           BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)
target_include_directories(jedlik_asio SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_link_libraries(jedlik_asio INTERFACE Threads::Threads)
