// .npy arrays of every type and order as kernels.
#include <limits>

#include "kernel/file/file_testing.h"
#include "kernel/file/formats.h"

namespace sepconv::kernels {
namespace {

using testing::bytes_of;
using testing::contains;
using testing::message_of;
using testing::npy;
using testing::npy_of;

// Values of T, written in both byte orders, read back as these taps.
template <class T>
void expect_read(const std::string& type, const std::vector<T>& values,
                 const std::vector<double>& taps) {
  const std::string shape = "(" + std::to_string(values.size()) + ",)";
  for (const bool is_big : {false, true}) {
    const std::string descr = (is_big ? ">" : "<") + type;
    const Kernel kernel = kernel_from_npy(npy_of(descr, shape, bytes_of(values, is_big)));
    EXPECT_EQ(kernel.taps(), taps) << descr;
    EXPECT_EQ(kernel.axes(), 1);
  }
}

TEST(KernelFromNpy, reads_integers_of_every_size_in_both_byte_orders) {
  expect_read<int8_t>("i1", {-128, -1, 0, 127}, {-128, -1, 0, 127});
  expect_read<uint8_t>("u1", {0, 1, 255}, {0, 1, 255});
  expect_read<int16_t>("i2", {-32768, -2, 300}, {-32768, -2, 300});
  expect_read<uint16_t>("u2", {65535, 258}, {65535, 258});
  expect_read<int32_t>("i4", {std::numeric_limits<int32_t>::min(), 70000}, {-2147483648.0, 70000});
  expect_read<uint32_t>("u4", {4294967295u, 1}, {4294967295.0, 1});
  expect_read<int64_t>("i8", {-(int64_t{1} << 53), -7, int64_t{1} << 53},
                       {-9007199254740992.0, -7, 9007199254740992.0});
  expect_read<uint64_t>("u8", {uint64_t{1} << 53, 5}, {9007199254740992.0, 5});
}

TEST(KernelFromNpy, reads_floats_of_every_size_in_both_byte_orders) {
  expect_read<float>("f4", {0.5f, -1.25f}, {0.5, -1.25});
  expect_read<double>("f8", {0.1, -1e300}, {0.1, -1e300});
  // binary16: one, minus two, the largest, the smallest normal and subnormal.
  expect_read<uint16_t>("f2", {0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001},
                        {1, -2, 65504, std::ldexp(1, -14), std::ldexp(1, -24)});
}

TEST(KernelFromNpy, reads_bool_and_types_without_an_order) {
  EXPECT_EQ(kernel_from_npy(npy_of("|b1", "(3,)", std::string("\1\0\1", 3))).integers(),
            (std::vector<int64_t>{1, 0, 1}));
  EXPECT_EQ(kernel_from_npy(npy_of("|u1", "(1,)", "\7")).integers(), std::vector<int64_t>{7});
}

TEST(KernelFromNpy, keeps_whole_values_as_integers) {
  EXPECT_TRUE(kernel_from_npy(npy_of("<i4", "(2,)", bytes_of<int32_t>({1, 2}))).is_integer());
  EXPECT_TRUE(kernel_from_npy(npy_of("<f8", "(2,)", bytes_of<double>({1, 2}))).is_integer());
  EXPECT_FALSE(kernel_from_npy(npy_of("<f8", "(2,)", bytes_of<double>({1, 2.5}))).is_integer());
}

TEST(KernelFromNpy, reads_c_and_fortran_order) {
  const Kernel c = kernel_from_npy(npy_of("|u1", "(2, 3)", "\1\2\3\4\5\6"));
  const Kernel fortran = kernel_from_npy(npy_of("|u1", "(2, 3)", "\1\4\2\5\3\6", true));
  EXPECT_EQ(c.shape(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(c.taps(), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(fortran.taps(), c.taps());
  EXPECT_EQ(fortran.shape(), c.shape());
  const Kernel volume =
      kernel_from_npy(npy_of("|u1", "(2, 2, 2)", std::string("\0\4\2\6\1\5\3\7", 8), true));
  EXPECT_EQ(volume.taps(), (std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(KernelFromNpy, reads_one_to_eight_axes) {
  const std::string eight = "(1, 1, 1, 1, 1, 1, 1, 2)";
  EXPECT_EQ(kernel_from_npy(npy_of("|u1", eight, "\1\2")).axes(), 8);
  EXPECT_THROW(kernel_from_npy(npy_of("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 2)", "\1\2")), FormatError);
  EXPECT_THROW(kernel_from_npy(npy_of("|u1", "()", "\1")), FormatError);
}

TEST(KernelFromNpy, reads_versions_two_and_three) {
  const std::string dictionary = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
  for (const int version : {2, 3}) {
    EXPECT_EQ(kernel_from_npy(npy(dictionary, "\1\2", version)).taps(),
              (std::vector<double>{1, 2}));
  }
  EXPECT_THROW(kernel_from_npy(npy(dictionary, "\1\2", 4)), FormatError);
}

TEST(KernelFromNpy, refuses_data_shorter_or_longer_than_the_header_says) {
  const auto message = [](const std::string& data) {
    return message_of<FormatError>([&] { kernel_from_npy(npy_of("<f8", "(2, 2)", data)); });
  };
  EXPECT_TRUE(contains(message(std::string(31, 'a')), "31 bytes of data; expected 32"));
  EXPECT_TRUE(contains(message(std::string(33, 'a')), "33 bytes of data; expected 32"));
  EXPECT_TRUE(contains(message(""), "0 bytes"));
}

TEST(KernelFromNpy, refuses_integers_that_double_cannot_hold) {
  EXPECT_THROW(kernel_from_npy(npy_of("<i8", "(1,)", bytes_of<int64_t>({(int64_t{1} << 53) + 1}))),
               FormatError);
  EXPECT_THROW(kernel_from_npy(
                   npy_of("<i8", "(1,)", bytes_of<int64_t>({std::numeric_limits<int64_t>::min()}))),
               FormatError);
  EXPECT_THROW(kernel_from_npy(npy_of("<u8", "(1,)",
                                      bytes_of<uint64_t>({std::numeric_limits<uint64_t>::max()}))),
               FormatError);
}

TEST(KernelFromNpy, refuses_nan_and_infinity_as_taps) {
  EXPECT_THROW(kernel_from_npy(npy_of("<f8", "(1,)", bytes_of<double>({std::nan("")}))),
               InvalidArgument);
  EXPECT_THROW(kernel_from_npy(npy_of("<f2", "(1,)", bytes_of<uint16_t>({0x7c00}))),
               InvalidArgument);
  EXPECT_THROW(kernel_from_npy(npy_of("<f2", "(1,)", bytes_of<uint16_t>({0x7e00}))),
               InvalidArgument);
}

}  // namespace
}  // namespace sepconv::kernels
