// SPECs: what they give, what is said of wrong ones, and that no bytes do harm.
#include <limits>

#include "kernel/kernel_testing.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

using testing::contains;
using testing::message_of;

void expect_same(std::string_view spec, const Kernel& kernel) {
  const Kernel parsed = parse_kernel(spec);
  EXPECT_EQ(parsed.shape(), kernel.shape()) << spec;
  EXPECT_EQ(parsed.taps(), kernel.taps()) << spec;
  EXPECT_EQ(parsed.integers(), kernel.integers()) << spec;
  EXPECT_EQ(parsed.divisor(), kernel.divisor()) << spec;
}

std::string message(std::string_view spec) {
  return message_of<InvalidArgument>([&] { parse_kernel(spec); });
}

TEST(ParseKernel, gives_what_the_factories_give) {
  expect_same("gaussian:sigma=3", gaussian(3));
  expect_same("gaussian:sigma=3x1.5", gaussian(3, 1.5));
  expect_same("gaussian:sigma=2,truncate=4", gaussian(2, 2, 4));
  expect_same("gaussian:size=9", gaussian_of_size(9, 9));
  expect_same("box:size=7x3", box(7, 3));
  expect_same("binomial:size=5x3", binomial(5, 3));
  expect_same("disk:radius=5", disk(5));
  expect_same("motion:length=9,angle=30", motion_line(9, 30));
  expect_same("sobel:x", sobel(Axis::x));
  expect_same("scharr:axis=y", scharr(Axis::y));
  expect_same("prewitt:y", prewitt(Axis::y));
  expect_same("laplacian", laplacian(4));
  expect_same("laplacian:8", laplacian(8));
  expect_same("sharpen", sharpen());
}

TEST(ParseKernel, gives_the_second_order_and_oriented_ones_too) {
  expect_same("log:sigma=2", laplacian_of_gaussian(2));
  expect_same("dog:sigma=1,wide=1.6", difference_of_gaussians(1, 1.6));
  expect_same("dog:sigma=1", difference_of_gaussians(1, 1.6));
  expect_same("dgauss:sigma=2,order=1x0", gaussian_derivative(2, 2, 1, 0));
  expect_same("dgauss:sigma=2x1,order=0x2,truncate=3", gaussian_derivative(2, 1, 0, 2, 3));
  expect_same("unsharp:sigma=2,amount=1", unsharp(2, 1));
  expect_same("unsharp:sigma=2", unsharp(2, 1));
  expect_same("gabor:sigma=4,theta=30,lambda=8", gabor({.theta_degrees = 30}));
  expect_same(
      "gabor:sigma=3,lambda=5,gamma=0.5,phase=90,truncate=2",
      gabor({.sigma = 3, .wavelength = 5, .aspect = 0.5, .phase_degrees = 90, .truncate = 2}));
}

TEST(ParseKernel, takes_the_first_parameter_without_its_name_and_blanks_around_words) {
  expect_same("gaussian:3", gaussian(3));
  expect_same("box:7x3", box(7, 3));
  expect_same(" gaussian : sigma = 3 , truncate = 2 ", gaussian(3, 3, 2));
}

TEST(ParseKernel, takes_rows) {
  expect_same("\"1 2 1; 2 4 2; 1 2 1\"/16", binomial(3, 3));
  expect_same("-1 0 1;-2 0 2;-1 0 1", sobel(Axis::x));
}

TEST(ParseKernel, names_the_nearest_kernel_or_parameter) {
  EXPECT_TRUE(contains(message("gausian:sigma=3"),
                       "kernel 'gausian:sigma=3': no kernel is named 'gausian'; did you mean "
                       "'gaussian'?"));
  EXPECT_TRUE(contains(message("sobl:x"), "'sobel'"));
  EXPECT_TRUE(contains(message("gaussian:sgima=3"), "did you mean 'sigma'?"));
  EXPECT_TRUE(contains(message("xyzzy"), "expected one of gaussian, box"));
}

TEST(ParseKernel, says_what_it_got_and_what_it_expected) {
  EXPECT_TRUE(contains(message(""), "expected a SPEC such as gaussian:sigma=3"));
  EXPECT_TRUE(contains(message("gaussian"), "expected either sigma or size"));
  EXPECT_TRUE(contains(message("gaussian:sigma=1,size=3"), "expected either sigma or size"));
  EXPECT_TRUE(contains(message("sobel"), "sobel needs axis, x or y; as in sobel:x"));
  EXPECT_TRUE(contains(message("sobel:z"), "axis is 'z'; expected x or y"));
  EXPECT_TRUE(contains(message("box:size=7.5"), "size is '7.5'; expected a whole number"));
  EXPECT_TRUE(contains(message("box:size=3x"), "size is '3x'"));
  EXPECT_TRUE(contains(message("box:size=3x3x3"), "size is '3x3x3'"));
  EXPECT_TRUE(contains(message("gaussian:sigma=3px"), "sigma is '3px'; expected a number"));
  EXPECT_TRUE(contains(message("gaussian:sigma=nan"), "sigma is 'nan'"));
  EXPECT_TRUE(contains(message("gaussian:sigma=-1"), "sigma is -1; expected a positive number"));
  EXPECT_TRUE(contains(message("gaussian:sigma=3,sigma=4"), "sigma is given twice"));
  EXPECT_TRUE(contains(message("gaussian:sigma=3,4"), "expected key=value"));
  EXPECT_TRUE(contains(message("gaussian:sigma=3,"), "expected key=value"));
  EXPECT_TRUE(contains(message("sharpen:1"), "sharpen takes no parameters; got '1'"));
  EXPECT_TRUE(contains(message("disk:radius=5x5"), "expected a number"));
  EXPECT_TRUE(contains(message("1 nan"), "tap 1 is nan"));
}

TEST(ParseKernel, refuses_absurd_sizes_at_once) {
  for (const char* spec :
       {"box:size=100000x100000", "box:size=1e300", "gaussian:sigma=1e9", "gaussian:sigma=1e308",
        "gaussian:size=1e7", "disk:radius=1e308", "disk:1e6", "motion:length=1e12,angle=45",
        "gabor:sigma=1e6", "gabor:gamma=1e-9", "log:1e7", "dog:sigma=1,wide=1e9",
        "dgauss:sigma=1e5", "unsharp:sigma=1e5", "gaussian:sigma=1,truncate=1e300"}) {
    EXPECT_THROW(parse_kernel(spec), InvalidArgument) << spec;
  }
}

TEST(ParseKernel, leaves_the_errors_of_files_as_they_are) {
  EXPECT_THROW(parse_kernel("file:no_such_file.npy"), FormatError);
  EXPECT_THROW(parse_kernel("file:"), FormatError);
}

// A kernel or one of the two errors; anything else fails the test, and a crash the program.
void parse_harmlessly(const std::string& spec, uint64_t seed) {
  try {
    EXPECT_GE(parse_kernel(spec).tap_count(), 1);
  } catch (const InvalidArgument&) {
  } catch (const FormatError&) {
  } catch (const std::exception& error) {
    ADD_FAILURE() << "seed " << seed << ", spec '" << spec << "': " << error.what();
  }
}

TEST(ParseKernel, is_not_harmed_by_random_bytes) {
  for (uint64_t seed = 1; seed <= 5000; ++seed) {
    testing::Random random(seed);
    std::string spec(random.integer(0, 40), ' ');
    for (char& c : spec) c = static_cast<char>(random.integer(0, 255));
    parse_harmlessly(spec, seed);
  }
}

TEST(ParseKernel, is_not_harmed_by_mutated_specs) {
  const std::vector<std::string> specs = {"gaussian:sigma=3x1.5",
                                          "box:size=7x3",
                                          "sobel:x",
                                          "dog:sigma=1,wide=1.6",
                                          "dgauss:sigma=2,order=1x0",
                                          "gabor:sigma=4,theta=30,lambda=8,gamma=1,phase=0",
                                          "disk:radius=5",
                                          "motion:length=9,angle=30",
                                          "\"1 2 1; 2 4 2; 1 2 1\"/16",
                                          "file:k.npy"};
  const std::string alphabet = "0123456789.,:;=x/*-+e\"' \nabgnis";
  for (uint64_t seed = 1; seed <= 5000; ++seed) {
    testing::Random random(seed);
    std::string spec = specs[random.integer(0, specs.size() - 1)];
    for (int64_t edits = random.integer(1, 4); edits > 0; --edits) {
      const size_t at = random.integer(0, spec.size());
      const char c = alphabet[random.integer(0, alphabet.size() - 1)];
      // Large kernels are allowed but slow; more digits than this are refused by other tests.
      const bool too_long = spec.size() > 60;
      if (random.integer(0, 1) == 0 && at < spec.size()) spec.erase(at, 1);
      if (!too_long && c != 'e') spec.insert(std::min(at, spec.size()), 1, c);
    }
    parse_harmlessly(spec, seed);
  }
}

}  // namespace
}  // namespace sepconv
