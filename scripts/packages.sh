# Debian 12 packages, listed here and nowhere else. Sourced by scripts/setup.sh.
# docs/dependencies.md says what each library is for.
# shellcheck shell=bash disable=SC2034

# To configure and build. GoogleTest is here because one CMake configuration serves ./run and ./test.
build_packages=(
  cmake
  g++
  ninja-build
  libboost1.81-dev
  libcli11-dev
  libexpected-dev
  libfmt-dev
  libgmock-dev
  libgtest-dev
  librocksdb-dev
  libsimdjson-dev
  libspdlog-dev
  libssl-dev
  libtomlplusplus-dev
  libxxhash-dev
  zlib1g-dev
)

# To test, besides. clang builds the libFuzzer targets.
test_packages=(
  clang
  curl
  libclang-rt-14-dev
  openssl
  valgrind
)

# To check format and style, besides.
check_packages=(
  clang-format
  clang-tidy
  shellcheck
)

# To compare with others, besides.
bench_packages=(
  curl
  libbenchmark-dev
  nginx-light
  redis-server
  rocksdb-tools
  wrk
)
