// Headers of .npy files, true, false and hostile.
#include "kernel/file/npy_header.h"

#include "kernel/file/file_testing.h"

namespace sepconv::kernels {
namespace {

using testing::contains;
using testing::message_of;
using testing::npy;
using testing::npy_of;

std::string message(const std::string& bytes) {
  return message_of<FormatError>([&] { read_npy_header(bytes); });
}

TEST(NpyHeader, is_read_whatever_the_order_and_quotes_of_its_keys) {
  const std::string bytes =
      npy("{\"shape\":(3,4),\"fortran_order\":True,\"descr\":\">f4\"}", "data");
  const NpyHeader header = read_npy_header(bytes);
  EXPECT_EQ(header.kind, 'f');
  EXPECT_EQ(header.element_bytes, 4);
  EXPECT_TRUE(header.big_endian);
  EXPECT_TRUE(header.fortran_order);
  EXPECT_EQ(header.shape, (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(header.count, 12);
  EXPECT_EQ(header.data_offset, bytes.size() - 4);
}

TEST(NpyHeader, of_no_npy_file_is_refused) {
  EXPECT_TRUE(contains(message(""), "no .npy file"));
  EXPECT_TRUE(contains(message("\x89PNG\r\n\x1a\n"), "no .npy file"));
  EXPECT_TRUE(contains(message("\x93NUMPY"), "no .npy file"));
}

TEST(NpyHeader, cut_at_any_byte_is_refused) {
  const std::string whole = npy_of("<f8", "(2, 2)", "");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(read_npy_header(std::string_view(whole).substr(0, size)), FormatError) << size;
  }
}

TEST(NpyHeader, that_claims_more_than_the_file_holds_is_refused) {
  std::string bytes = npy("{}", "", 2);
  bytes[8] = bytes[9] = bytes[10] = bytes[11] = '\xff';
  EXPECT_TRUE(contains(message(bytes), "ends inside its header"));
}

TEST(NpyHeader, longer_than_numpy_itself_reads_is_refused) {
  EXPECT_TRUE(contains(message(npy(std::string(20'000, ' '), "")), "at most 10000"));
}

TEST(NpyHeader, of_types_that_are_no_numbers_is_refused) {
  for (const char* type : {"<c16", "|S8", "<U4", "|O", "<f16", "<f3", "<i3", "f8", "", "<M8[ns]"}) {
    EXPECT_THROW(read_npy_header(npy_of(type, "(1,)", "")), FormatError) << type;
  }
  EXPECT_TRUE(
      contains(message(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", "")),
               "a type of fields"));
}

TEST(NpyHeader, of_shapes_that_no_kernel_has_is_refused_before_allocation) {
  for (const char* shape :
       {"(0,)", "(3, 0)", "(-1,)", "(99999999999999999999,)", "(4294967296, 4294967296)",
        "(16777217,)", "(3.5,)", "(3", "3", "(3, x)", "()"}) {
    EXPECT_THROW(read_npy_header(npy_of("<f8", shape, "")), FormatError) << shape;
  }
}

TEST(NpyHeader, without_one_of_its_keys_is_refused) {
  EXPECT_TRUE(contains(message(npy("{'descr': '<f8', 'shape': (1,)}", "")), "fortran_order"));
  EXPECT_TRUE(contains(message(npy("{'descr': '<f8', 'fortran_order': 1, 'shape': (1,)}", "")),
                       "neither True nor False"));
  EXPECT_TRUE(contains(message(npy("", "")), "no 'descr'"));
}

TEST(NpyHeader, of_random_bytes_does_no_harm) {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    testing::Random random(seed);
    std::string bytes = npy_of("<f8", "(2, 2)", "");
    for (int64_t edits = random.integer(1, 6); edits > 0; --edits) {
      bytes[random.integer(0, bytes.size() - 1)] = static_cast<char>(random.integer(0, 255));
    }
    try {
      EXPECT_LE(read_npy_header(bytes).count, kMaxTaps) << "seed " << seed;
    } catch (const FormatError&) {
    }
  }
}

}  // namespace
}  // namespace sepconv::kernels
