// Files that the tests of formats write: .npy byte by byte, and text.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "kernel/kernel_testing.h"

namespace sepconv::testing {

/// A .npy file as bytes: magic, version, length, dictionary, data.
inline std::string npy(const std::string& dictionary, const std::string& data, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) {
    bytes += static_cast<char>(dictionary.size() >> (8 * i) & 255);
  }
  return bytes + dictionary + data;
}

inline std::string npy_of(const std::string& type, const std::string& shape,
                          const std::string& data, bool fortran = false) {
  return npy("{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
                 ", 'shape': " + shape + ", }\n",
             data);
}

/// The bytes of values of type T, in this machine's order or the other.
template <class T>
std::string bytes_of(const std::vector<T>& values, bool reversed = false) {
  std::string bytes;
  for (const T value : values) {
    std::string element(sizeof(T), '\0');
    std::memcpy(element.data(), &value, sizeof(T));
    bytes += reversed ? std::string(element.rbegin(), element.rend()) : element;
  }
  return bytes;
}

/// A file in the test's temporary directory, removed at the end.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& bytes)
      : path_(::testing::TempDir() + "sepconv_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name() + "_" + name) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace sepconv::testing
