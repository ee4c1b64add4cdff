// Masked bytes in integers: plans of u8 against both sums in double on every target, where outputs
// see nearly all of the weights, a tail of a Gaussian alone, or nothing; the same bits for every
// target, strip and number of threads.
#include "bytes_case.h"

namespace sepconv::simd {
namespace {

TEST(MissingBytes, are_used_for_even_taps_of_bytes) {
  BytesCase c{20, 30, 1, gaussian_taps(4, 1.5)};
  EXPECT_EQ(c.plan().explain().methods.at(0).arithmetic, "int16");
  c.options.offset = 1;
  EXPECT_EQ(c.plan().explain().methods.at(0).arithmetic, "f32");
  const BytesCase wide{200, 300, 1, gaussian_taps(50, 50 / 3.0)};
  EXPECT_EQ(wide.plan().explain().methods.at(0).arithmetic, "int16");
  const BytesCase peaked{20, 30, 1, gaussian_taps(4, 0.4)};
  EXPECT_EQ(peaked.plan().explain().methods.at(0).arithmetic, "f32");
}

TEST(MissingBytes, stay_within_their_bound_on_every_target) {
  on_every_target([] {
    for (const auto& [radius, sigma] : {std::pair{2, 1.5}, {4, 1.4}, {7, 3.0}, {15, 5.0}}) {
      for (const int64_t channels : {1, 3}) {
        for (const IsValid& is_valid :
             {random_holes(1), random_holes(50), random_holes(97), IsValid(is_off_disc)}) {
          BytesCase c{83, 260, channels, gaussian_taps(radius, sigma)};
          c.fill(is_valid);
          c.check();
        }
      }
    }
  });
}

TEST(MissingBytes, keep_the_borders_of_images_of_any_width) {
  on_every_target([] {
    for (const Border border : {Border::zero, Border::constant, Border::replicate,
                                Border::symmetric, Border::reflect101, Border::wrap}) {
      for (const int64_t width : {1, 5, 40, 150}) {
        BytesCase c{13, width, 1, gaussian_taps(9, 3.3), border};
        c.options.min_weight = 0.05;
        c.options.fill = 7;
        c.fill(random_holes(80));
        c.check();
      }
    }
  });
}

TEST(MissingBytes, have_the_same_bits_on_every_target_and_in_every_strip) {
  for (const int radius : {4, 15, 40}) {
    BytesCase c{150, 2500, 1, gaussian_taps(radius, radius / 2.7)};
    c.fill([](int64_t y, int64_t x, std::mt19937& random) {
      return x % 700 > 400 ? std::hypot(y - 75.0, x % 700 - 550.0) > 60 : random() % 4 == 0;
    });
    const std::vector<uint8_t> best = c.run();
    on_every_target([&] { EXPECT_EQ(c.run(), best); });
    c.options.threads = 3;
    EXPECT_EQ(c.run(), best);
    BytesCase part{150, 900, 1, c.taps};
    for (int64_t i = 0; i < 150 * 900; ++i) {
      const int64_t at = i / 900 * 2500 + 777 + i % 900;
      part.in.push_back(c.in[at]);
      part.mask.push_back(c.mask[at]);
    }
    const std::vector<uint8_t> apart = part.run();
    for (int64_t i = 0; i < 150 * 900; ++i) {
      if (i % 900 < radius || i % 900 >= 900 - radius) continue;
      ASSERT_EQ(apart[i], best[i / 900 * 2500 + 777 + i % 900]) << i % 900 << ", " << i / 900;
    }
  }
}

}  // namespace
}  // namespace sepconv::simd
