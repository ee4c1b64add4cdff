// Products on every target against sums in double, and the same bits in any order of tiles.
#include "simd/layer/product.h"

#include <array>

#include "simd/layer/values.h"

namespace sepconv::simd {
namespace {

struct Case {
  int64_t pixels = 11;
  int64_t depth = 9;
  int64_t channels = 7;
  ActivationKind kind = ActivationKind::none;
  bool has_residual = false;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.pixels << " pixels, " << c.depth << " to " << c.channels
             << " channels, activation " << static_cast<int>(c.kind);
}

/// How the same product may be run.
struct Order {
  bool panels_outer = true;
  int64_t depth_part_blocks = 0;
  bool streams = false;
  bool is_blocked = false;
  int64_t segments = 0;  // of channels-last inputs
};

class Layer {
 public:
  Layer(const Case& of, int block)
      : case_(of),
        block_(block),
        channels_(round_up(of.channels, block)),
        in_(random_values(of.pixels * of.depth, 1)),
        matrix_(random_values(of.channels * of.depth, 2)),
        bias_(random_values(of.channels, 3)),
        slopes_(random_values(of.channels, 4)),
        residual_(random_values(of.channels * of.pixels, 5)),
        blocked_(round_up(of.depth, block) * of.pixels),
        panels_(of.depth * channels_),
        packed_bias_(channels_),
        packed_slopes_(channels_),
        partial_(channels_ * of.pixels) {
    copy_to_blocks({{in_.data(), of.depth, 1},
                    {blocked_.data(), block, of.pixels * block, block},
                    of.pixels,
                    of.depth});
    pack_product(matrix_.data(), of.channels, of.depth, block, panels_.data());
    pack_channels(bias_.data(), of.channels, block, packed_bias_.data());
    pack_channels(slopes_.data(), of.channels, block, packed_slopes_.data());
    weights_ = {block,
                of.depth,
                of.channels,
                panels_.data(),
                packed_bias_.data(),
                {of.kind, 0.0f, 0.75f, packed_slopes_.data()}};
  }

  ProductRun run_of(const Order& order) const {
    ProductRun run;
    run.in = blocked_.data();
    run.in_block_stride = case_.pixels * block_;
    run.pixels = case_.pixels;
    run.panels_outer = order.panels_outer;
    run.depth_part = order.depth_part_blocks * block_;
    run.partial = partial_.data();
    run.streams = order.streams;
    if (order.segments == 0) return run;
    run.segments = segments_.data();
    run.segment_depth = (case_.depth + order.segments - 1) / order.segments;
    run.in_pixel_stride = case_.depth;
    for (size_t s = 0; s < segments_.size(); ++s) {
      segments_[s] = in_.data() + s * run.segment_depth;
    }
    return run;
  }

  std::vector<float> run(const Order& order) const {
    return order.is_blocked ? run_blocked(order) : run_channels_last(order);
  }

  std::vector<float> run_channels_last(const Order& order) const {
    const int64_t count = case_.pixels * case_.channels;
    AlignedFloats out(count + 1, 99);
    ProductRun run = run_of(order);
    run.out = out.data();
    run.out_pixel_stride = run.residual_pixel_stride = case_.channels;
    run.out_block_stride = run.residual_block_stride = block_;
    if (case_.has_residual) run.residual = residual_.data();
    run_product(run, weights_);
    EXPECT_EQ(out[count], 99.0f);
    return {out.data(), out.data() + count};
  }

  std::vector<float> run_blocked(const Order& order) const {
    AlignedFloats out(case_.pixels * channels_, NAN), residual(case_.pixels * channels_);
    std::vector<float> result(case_.pixels * case_.channels);
    const BlockedRow rows{out.data(), block_, case_.pixels * block_, static_cast<int>(block_)};
    ProductRun run = run_of(order);
    run.out = out.data();
    run.out_pixel_stride = run.residual_pixel_stride = rows.pixel_stride;
    run.out_block_stride = run.residual_block_stride = rows.block_stride;
    if (case_.has_residual) {
      std::vector<float> values = residual_;
      copy_to_blocks({{values.data(), case_.channels, 1},
                      {residual.data(), rows.pixel_stride, rows.block_stride, rows.block},
                      case_.pixels,
                      case_.channels});
      run.residual = residual.data();
    }
    ProductWeights weights = weights_;
    weights.channels = channels_;
    run_product(run, weights);
    copy_from_blocks({{result.data(), case_.channels, 1}, rows, case_.pixels, case_.channels});
    return result;
  }

  double exact(int64_t pixel, int64_t n) const {
    double sum = bias_[n];
    for (int64_t k = 0; k < case_.depth; ++k) {
      sum += static_cast<double>(in_[pixel * case_.depth + k]) * matrix_[n * case_.depth + k];
    }
    const double residual = case_.has_residual ? residual_[pixel * case_.channels + n] : 0.0;
    return activated(weights_.activation, slopes_[n], sum) + residual;
  }

  void expect_exact() const {
    const std::vector<float> out = run({});
    for (size_t i = 0; i < out.size(); ++i) {
      ASSERT_NEAR(out[i], exact(i / case_.channels, i % case_.channels), 5e-7 * (case_.depth + 4))
          << case_ << " at " << i;
    }
    for (const Order& order :
         {Order{.panels_outer = false}, Order{.depth_part_blocks = 1},
          Order{.panels_outer = false, .depth_part_blocks = 1}, Order{.is_blocked = true},
          Order{.streams = true, .is_blocked = true}, Order{.segments = 1},
          Order{.panels_outer = false, .segments = 3}}) {
      ASSERT_EQ(run(order), out) << case_;
    }
  }

  /// The last channels by a call of their own.
  void expect_parts_are_the_whole(int64_t first) const {
    const std::vector<float> out = run({});
    std::vector<float> part(out.size());
    ProductRun run = run_of({});
    run.out = part.data();
    run.out_pixel_stride = case_.channels;
    run.out_block_stride = block_;
    run_product(run, part_of_product(weights_, 0, first));
    run.out += first;
    run_product(run, part_of_product(weights_, first, case_.channels - first));
    ASSERT_EQ(part, out) << case_;
  }

 private:
  Case case_;
  int64_t block_;
  int64_t channels_;
  std::vector<float> in_, matrix_, bias_, slopes_, residual_;
  AlignedFloats blocked_, panels_, packed_bias_, packed_slopes_, partial_;
  mutable std::array<const float*, 3> segments_ = {};
  ProductWeights weights_;
};

TEST(Product, sums_every_number_of_channels) {
  for_each_block([](int block) {
    for (int64_t channels = 1; channels <= 67; ++channels) {
      Layer(Case{.channels = channels}, block).expect_exact();
      Layer(Case{.depth = channels, .channels = 68 - channels}, block).expect_exact();
    }
  });
}

TEST(Product, sums_every_number_of_pixels) {
  for_each_block([](int block) {
    for (int64_t pixels = 1; pixels <= 60; ++pixels) {
      for (const int64_t channels : {5, 16, 24, 41}) {
        Layer(Case{.pixels = pixels, .depth = 20, .channels = channels}, block).expect_exact();
      }
    }
  });
}

TEST(Product, has_every_activation_and_a_residual) {
  for_each_block([](int block) {
    for (const ActivationKind kind : kEveryActivation) {
      for (const bool has_residual : {false, true}) {
        Layer(Case{.channels = 37, .kind = kind, .has_residual = has_residual}, block)
            .expect_exact();
      }
    }
  });
}

TEST(Product, may_be_cut_into_parts_of_its_channels) {
  for_each_block([](int block) {
    for (const int64_t blocks : {4, 6}) {
      const int64_t all = blocks * block - block / 2;
      Layer(Case{.channels = all}, block).expect_parts_are_the_whole(2 * block);
    }
    Layer(Case{.channels = 5 * block}, block).expect_parts_are_the_whole(2 * block);
  });
}

TEST(Product, has_the_same_bits_for_a_pixel_of_any_run) {
  for_each_block([](int block) {
    const std::vector<float> many = Layer(Case{.pixels = 60}, block).run({});
    for (const int64_t pixels : {1, 2, 5, 6, 7, 13, 14, 27}) {
      const std::vector<float> few = Layer(Case{.pixels = pixels}, block).run({});
      EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin())) << pixels;
    }
  });
}

}  // namespace
}  // namespace sepconv::simd
