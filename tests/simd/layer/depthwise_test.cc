// Depthwise bands on every target against sums in double; every column and row the same bits
// wherever it is computed.
#include "simd/layer/depthwise.h"

#include "simd/layer/values.h"

namespace sepconv::simd {
namespace {

/// A map with random values and a kernel with random taps.
struct Case {
  int64_t channels = 5;
  int64_t height = 6, width = 7;
  int64_t kernel_y = 3, kernel_x = 3;
  int64_t stride_y = 1, stride_x = 1;
  int64_t dilation_y = 1, dilation_x = 1;
  int64_t top = 1, left = 1;
  int64_t out_height = 6, out_width = 7;
  ActivationKind kind = ActivationKind::none;

  /// As many outputs as fit with this padding on both sides.
  Case& fit() {
    out_height = (height + 2 * top - (kernel_y - 1) * dilation_y - 1) / stride_y + 1;
    out_width = (width + 2 * left - (kernel_x - 1) * dilation_x - 1) / stride_x + 1;
    return *this;
  }
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.channels << " channels " << c.height << "x" << c.width << " kernel " << c.kernel_y
             << "x" << c.kernel_x << " strides " << c.stride_y << "," << c.stride_x << " dilation "
             << c.dilation_y << "," << c.dilation_x << " padding " << c.top << "," << c.left
             << " activation " << static_cast<int>(c.kind);
}

class Layer {
 public:
  Layer(const Case& of, int block)
      : case_(of),
        block_(block),
        channels_(round_up(of.channels, block)),
        in_(random_values(of.channels * of.height * of.width, 1)),
        taps_(random_values(of.channels * of.kernel_y * of.kernel_x, 2)),
        bias_(random_values(of.channels, 3)),
        slopes_(random_values(of.channels, 4)),
        blocked_(channels_ * of.height * of.width),
        zeros_(of.width * block),
        packed_(channels_ * of.kernel_y * of.kernel_x),
        packed_bias_(channels_),
        packed_slopes_(channels_) {
    copy_to_blocks({{in_.data(), of.channels, 1},
                    {blocked_.data(), block, of.height * of.width * block, block},
                    of.height * of.width,
                    of.channels});
    pack_depthwise_taps(taps_.data(), of.channels, of.kernel_y * of.kernel_x, block,
                        packed_.data());
    pack_channels(bias_.data(), of.channels, block, packed_bias_.data());
    pack_channels(slopes_.data(), of.channels, block, packed_slopes_.data());
    weights_ = {block,
                of.kernel_y,
                of.kernel_x,
                of.stride_y,
                of.stride_x,
                of.dilation_y,
                of.dilation_x,
                packed_.data(),
                packed_bias_.data(),
                {of.kind, 0.0f, 0.75f, packed_slopes_.data()}};
  }

  /// Output rows [first, first + rows), columns from first_column on; channels last.
  std::vector<float> run(int64_t first, int64_t rows, int64_t first_column, int64_t columns) const {
    std::vector<float> out(rows * columns * case_.channels);
    DepthwiseBand band = band_of(first_column, columns);
    const std::vector<const float*> inputs = rows_from(first, rows);
    band.rows = inputs.data();
    band.out = out.data();
    band.out_rows = rows;
    band.out_row_stride = columns * case_.channels;
    band.out_pixel_stride = case_.channels;
    band.out_block_stride = block_;
    band.channels = case_.channels;
    run_depthwise(band, weights_);
    return out;
  }

  std::vector<float> run_all() const { return run(0, case_.out_height, 0, case_.out_width); }

  /// The whole map as [block][pixel][lane], back in channels last.
  std::vector<float> run_blocked() const {
    const int64_t pixels = case_.out_height * case_.out_width;
    AlignedFloats out(channels_ * pixels, NAN);
    DepthwiseBand band = band_of(0, case_.out_width);
    const std::vector<const float*> inputs = rows_from(0, case_.out_height);
    band.rows = inputs.data();
    band.out = out.data();
    band.out_rows = case_.out_height;
    band.out_row_stride = case_.out_width * block_;
    band.out_pixel_stride = block_;
    band.out_block_stride = pixels * block_;
    band.channels = channels_;
    band.streams = true;  // stored past the caches, where run() does not
    run_depthwise(band, weights_);
    std::vector<float> result(case_.channels * pixels);
    copy_from_blocks({{result.data(), case_.channels, 1},
                      {out.data(), block_, pixels * block_, block_},
                      pixels,
                      case_.channels});
    return result;
  }

  double exact(int64_t y, int64_t x, int64_t c) const {
    double sum = bias_[c];
    for (int64_t ky = 0; ky < case_.kernel_y; ++ky) {
      for (int64_t kx = 0; kx < case_.kernel_x; ++kx) {
        const int64_t iy = y * case_.stride_y - case_.top + ky * case_.dilation_y;
        const int64_t ix = x * case_.stride_x - case_.left + kx * case_.dilation_x;
        if (iy < 0 || iy >= case_.height || ix < 0 || ix >= case_.width) continue;
        sum += static_cast<double>(in_[(iy * case_.width + ix) * case_.channels + c]) *
               taps_[(c * case_.kernel_y + ky) * case_.kernel_x + kx];
      }
    }
    return activated(weights_.activation, slopes_[c], sum);
  }

  void expect_exact() const {
    const std::vector<float> out = run_all();
    for (size_t i = 0; i < out.size(); ++i) {
      const int64_t pixel = i / case_.channels;
      const double want =
          exact(pixel / case_.out_width, pixel % case_.out_width, i % case_.channels);
      ASSERT_NEAR(out[i], want, 1e-6 * (case_.kernel_y * case_.kernel_x + 2))
          << case_ << " at " << i;
    }
    ASSERT_EQ(run_blocked(), out) << case_;
  }

 private:
  DepthwiseBand band_of(int64_t first_column, int64_t columns) const {
    DepthwiseBand band;
    band.zeros = zeros_.data();
    band.in_width = case_.width;
    band.in_pixel_stride = block_;
    band.in_block_stride = case_.height * case_.width * block_;
    band.left = case_.left - first_column * case_.stride_x;
    band.out_width = columns;
    return band;
  }

  std::vector<const float*> rows_from(int64_t first, int64_t rows) const {
    std::vector<const float*> result;
    const int64_t count = (rows - 1) * case_.stride_y + (case_.kernel_y - 1) * case_.dilation_y + 1;
    for (int64_t j = 0; j < count; ++j) {
      const int64_t y = first * case_.stride_y - case_.top + j;
      const bool is_inside = 0 <= y && y < case_.height;
      result.push_back(is_inside ? blocked_.data() + y * case_.width * block_ : nullptr);
    }
    return result;
  }

  Case case_;
  int block_;
  int64_t channels_;
  std::vector<float> in_, taps_, bias_, slopes_;
  AlignedFloats blocked_, zeros_, packed_, packed_bias_, packed_slopes_;
  DepthwiseWeights weights_;
};

TEST(Depthwise, sums_every_number_of_channels) {
  for_each_block([](int block) {
    for (int64_t channels = 1; channels <= 67; ++channels) {
      Layer(Case{.channels = channels}, block).expect_exact();
      Layer(Case{.channels = channels, .stride_x = 2}.fit(), block).expect_exact();
    }
  });
}

TEST(Depthwise, sums_every_width) {
  for_each_block([](int block) {
    for (int64_t width = 1; width <= 40; ++width) {
      for (const int64_t kernel : {1, 3, 5, 7}) {
        for (const int64_t stride : {1, 2}) {
          Case c{.channels = 3,
                 .height = 4,
                 .width = width,
                 .kernel_y = kernel,
                 .kernel_x = kernel,
                 .stride_y = stride,
                 .stride_x = stride,
                 .top = kernel / 2,
                 .left = kernel / 2};
          Layer(c.fit(), block).expect_exact();
        }
      }
    }
  });
}

TEST(Depthwise, slides_over_maps_of_every_size) {
  struct Step {
    int64_t stride_y, stride_x, dilation_y, dilation_x;
  };
  for_each_block([](int block) {
    for (const Step& step : {Step{1, 1, 1, 1}, {2, 1, 1, 1}, {2, 2, 1, 1}, {1, 1, 3, 2}}) {
      for (int64_t size = 1; size <= 12; ++size) {
        Case c{.channels = 3, .height = size, .width = 2 * size};
        c.stride_y = step.stride_y;
        c.stride_x = step.stride_x;
        c.dilation_y = c.top = step.dilation_y;
        c.dilation_x = c.left = step.dilation_x;
        Layer(c.fit(), block).expect_exact();
        std::swap(c.height, c.width);
        Layer(c.fit(), block).expect_exact();
      }
    }
  });
}

TEST(Depthwise, sums_kernels_strides_dilations_and_paddings_of_all_kinds) {
  std::mt19937 random(5);
  const auto any = [&](int64_t from, int64_t to) {
    return from + static_cast<int64_t>(random() % (to - from + 1));
  };
  std::vector<Case> cases;
  while (cases.size() < 300) {
    Case c{any(1, 20), any(1, 12), any(1, 30), any(1, 8), any(1, 8), any(1, 3), any(1, 3)};
    c.dilation_y = any(1, 3);
    c.dilation_x = any(1, 3);
    c.top = any(0, c.kernel_y - 1);
    c.left = any(0, c.kernel_x - 1);
    c.fit();
    if (c.out_height > 0 && c.out_width > 0) cases.push_back(c);
  }
  for_each_block([&](int block) {
    for (const Case& c : cases) Layer(c, block).expect_exact();
  });
}

TEST(Depthwise, has_every_activation) {
  for_each_block([](int block) {
    for (const ActivationKind kind : kEveryActivation) {
      Layer(Case{.channels = 19, .kind = kind}, block).expect_exact();
      Layer(Case{.channels = 19, .stride_x = 2, .kind = kind}.fit(), block).expect_exact();
    }
  });
}

TEST(Depthwise, has_the_same_bits_wherever_a_band_begins) {
  for_each_block([](int block) {
    for (const int64_t kernel : {3, 5}) {
      for (const int64_t stride : {1, 2}) {
        Case c{.channels = 9,
               .height = 23,
               .width = 37,
               .kernel_y = kernel,
               .kernel_x = kernel,
               .stride_y = stride,
               .stride_x = stride};
        const Layer layer(c.fit(), block);
        const std::vector<float> all = layer.run_all();
        for (int64_t y = 0; y < c.out_height; ++y) {
          const int64_t rows = std::min<int64_t>(1 + y % 5, c.out_height - y);
          const int64_t x = (y * 7) % c.out_width;
          const int64_t columns = c.out_width - x;
          const std::vector<float> part = layer.run(y, rows, x, columns);
          for (int64_t i = 0; i < rows; ++i) {
            const auto from = all.begin() + ((y + i) * c.out_width + x) * c.channels;
            ASSERT_TRUE(std::equal(from, from + columns * c.channels,
                                   part.begin() + i * columns * c.channels))
                << c << " from " << y << ", " << x;
          }
        }
      }
    }
  });
}

TEST(Depthwise, hands_on_what_is_not_a_number) {
  for_each_block([](int block) {
    AlignedFloats in(block, NAN), zeros(block), taps(block, 1), bias(block), out(block);
    const float* row = in.data();
    const DepthwiseWeights weights{
        block, 1, 1, 1, 1, 1, 1, taps.data(), bias.data(), {ActivationKind::clamp, 0, 6}};
    run_depthwise(
        {&row, zeros.data(), 1, block, block, 0, out.data(), 1, 1, block, block, block, block},
        weights);
    EXPECT_TRUE(std::isnan(out[0]));
  });
}

}  // namespace
}  // namespace sepconv::simd
