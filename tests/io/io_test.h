// What the tests of this room share: a folder of its own for each test, patterns, messages.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "io/image_file.h"
#include "sepconv/error.h"

namespace sepconv::io {

/// A fresh folder a test, removed afterwards.
class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string name = (std::filesystem::temp_directory_path() / "sepconv-io-XXXXXX").string();
    if (mkdtemp(name.data())) folder_ = name;
  }
  ~FolderTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

  std::string bytes_of(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// The names in the folder, hidden ones too.
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      result.push_back(entry.path().filename().string());
    }
    return result;
  }

 private:
  std::filesystem::path folder_;
};

/// Every byte pseudo-random; floats are made of whole numbers so that none is NaN.
inline AnyImage noise(SampleType type, ImageShape shape) {
  AnyImage image(type, shape);
  std::mt19937 random(20240501);
  const int64_t samples = shape.width * shape.channels;
  for (int64_t y = 0; y < shape.height; ++y) {
    std::byte* row = image.row(y);
    for (int64_t i = 0; i < samples; ++i) {
      visit_type(type, [&]<class T>(std::type_identity<T>) {
        const double value = static_cast<double>(random()) / 3 - 1e8;
        reinterpret_cast<T*>(row)[i] =
            std::is_integral_v<T> ? static_cast<T>(random()) : static_cast<T>(value);
      });
    }
  }
  return image;
}

inline void expect_same(const AnyImage& got, const AnyImage& expected) {
  ASSERT_EQ(got.type(), expected.type());
  ASSERT_EQ(to_string(got.shape()), to_string(expected.shape()));
  for (int64_t y = 0; y < got.shape().height; ++y) {
    ASSERT_EQ(std::memcmp(got.row(y), expected.row(y), got.row_bytes()), 0) << "row " << y;
  }
}

/// The message of the FormatError that body throws, or "nothing thrown".
template <class Body>
std::string format_error(const Body& body) {
  try {
    body();
  } catch (const FormatError& error) {
    return error.what();
  }
  return "nothing thrown";
}

/// Reading fails with "path: " and then a message that contains what.
inline void expect_unreadable(const std::string& path, const std::string& what) {
  const std::string message = format_error([&] { read_image(path); });
  EXPECT_EQ(message.rfind(path + ": ", 0), 0u) << message;
  EXPECT_NE(message.find(what), std::string::npos) << message << "\nexpected: " << what;
}

}  // namespace sepconv::io
