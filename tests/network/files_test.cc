// External data: only from inside the model's folder, and only as much as is there.
#include "network/onnx/files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sepconv/error.h"

namespace sepconv::network {
namespace {

namespace fs = std::filesystem;

class ExternalFiles : public testing::Test {
 protected:
  void SetUp() override {
    // A folder for each test: they run at the same time.
    std::string made = testing::TempDir() + "sepconv-external-XXXXXX";
    ASSERT_NE(mkdtemp(made.data()), nullptr);
    folder = fs::path(made) / "model";
    fs::create_directory(folder);
    std::ofstream(folder / "weights.bin") << "0123456789";
    std::ofstream(folder / "../secret.bin") << "0123456789";
  }
  void TearDown() override { fs::remove_all(folder.parent_path()); }

  fs::path folder;
};

TEST_F(ExternalFiles, are_read_from_an_offset) {
  const std::string path = external_path(folder, {"weights.bin", 2, 4}, 4);
  std::string data(4, ' ');
  read_external(path, 2, data.data(), 4);
  EXPECT_EQ(data, "2345");
}

TEST_F(ExternalFiles, stay_inside_the_folder) {
  fs::create_symlink(folder / "../secret.bin", folder / "link.bin");
  EXPECT_THROW(external_path(folder, {"../secret.bin"}, 4), ModelError);
  EXPECT_THROW(external_path(folder, {fs::canonical(folder / "../secret.bin")}, 4), ModelError);
  EXPECT_THROW(external_path(folder, {"link.bin"}, 4), ModelError);
  EXPECT_THROW(external_path(folder, {"../model"}, 4), ModelError);
}

TEST_F(ExternalFiles, hold_what_is_asked_for) {
  EXPECT_THROW(external_path(folder, {"weights.bin", 0, -1}, 11), ModelError);
  EXPECT_THROW(external_path(folder, {"weights.bin", 8, -1}, 4), ModelError);
  EXPECT_THROW(external_path(folder, {"weights.bin", -1, -1}, 4), ModelError);
  EXPECT_THROW(external_path(folder, {"weights.bin", 0, 3}, 4), ModelError);
  EXPECT_THROW(external_path(folder, {"missing.bin"}, 4), ModelError);
}

TEST_F(ExternalFiles, a_model_is_a_regular_file) {
  EXPECT_THROW(read_model_file(folder), FormatError);
  EXPECT_THROW(read_model_file("/dev/zero"), FormatError);
  EXPECT_EQ(read_model_file(folder / "weights.bin"), "0123456789");
}

}  // namespace
}  // namespace sepconv::network
