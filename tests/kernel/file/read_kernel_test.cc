// read_kernel: files by their names, and errors that name the file.
#include <filesystem>

#include "kernel/file/file_testing.h"

namespace sepconv {
namespace {

using testing::bytes_of;
using testing::contains;
using testing::message_of;
using testing::npy_of;
using testing::TemporaryFile;

std::string message(const std::string& path) {
  return message_of<FormatError>([&] { read_kernel(path); });
}

TEST(ReadKernel, reads_the_three_formats) {
  const std::vector<int64_t> row = {1, 2, 1};
  const TemporaryFile npy("k.npy", npy_of("<i8", "(1, 3)", bytes_of(row)));
  const TemporaryFile csv("k.CSV", "1,2,1\n");
  const TemporaryFile json("k.json", "[[1, 2, 1]]");
  for (const std::string& path : {npy.path(), csv.path(), json.path()}) {
    EXPECT_EQ(read_kernel(path).integers(), row) << path;
    EXPECT_EQ(read_kernel(path).shape(), (std::vector<int64_t>{1, 3})) << path;
    EXPECT_EQ(parse_kernel("file:" + path).integers(), row) << path;
  }
}

TEST(ReadKernel, names_a_file_that_is_missing_or_a_directory) {
  EXPECT_TRUE(contains(message("nowhere/k.npy"), "'nowhere/k.npy': no such file"));
  const std::string directory = ::testing::TempDir() + "sepconv_directory.npy";
  std::filesystem::create_directory(directory);
  EXPECT_TRUE(contains(message(directory), directory + "': a directory"));
  std::filesystem::remove(directory);
}

TEST(ReadKernel, refuses_names_without_a_known_extension) {
  EXPECT_TRUE(contains(message("k.txt"), "extension '.txt'; expected .npy, .csv or .json"));
  EXPECT_TRUE(contains(message("k"), "extension ''"));
  EXPECT_TRUE(contains(message(""), "no name"));
  EXPECT_TRUE(contains(message(std::string("k\0.npy", 6)), "no name"));
}

TEST(ReadKernel, names_the_file_whose_contents_are_wrong) {
  const TemporaryFile truncated("t.npy", npy_of("<f8", "(3, 3)", "short"));
  EXPECT_TRUE(contains(message(truncated.path()), truncated.path() + "': 5 bytes of data"));
  const TemporaryFile ragged("r.csv", "1,2\n3\n");
  EXPECT_TRUE(contains(message(ragged.path()), ragged.path() + "': line 2"));
  const TemporaryFile empty("e.json", "");
  EXPECT_TRUE(contains(message(empty.path()), "no valid JSON"));
}

TEST(ReadKernel, names_the_file_whose_taps_are_not_finite) {
  const TemporaryFile file("n.npy", npy_of("<f8", "(1,)", bytes_of<double>({std::nan("")})));
  EXPECT_TRUE(contains(message_of<InvalidArgument>([&] { read_kernel(file.path()); }),
                       file.path() + "': kernel: tap 0 is nan"));
}

TEST(ReadKernel, stops_reading_a_file_without_an_end) {
  // The device itself has no extension, so a link gives it one.
  const std::string endless = ::testing::TempDir() + "sepconv_endless.csv";
  std::filesystem::remove(endless);
  std::filesystem::create_symlink("/dev/zero", endless);
  EXPECT_TRUE(contains(message(endless), "the most that is read"));
  std::filesystem::remove(endless);
}

}  // namespace
}  // namespace sepconv
