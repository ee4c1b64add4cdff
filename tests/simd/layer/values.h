// What the tests of layers share: values from a seed, memory aligned to a block, every target.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "base/aligned.h"
#include "simd/layer/activation.h"
#include "simd/layer/pack.h"
#include "simd/target.h"

namespace sepconv::simd {

/// Floats that begin at a cache line.
class AlignedFloats {
 public:
  explicit AlignedFloats(int64_t count, float value = 0)
      : bytes_(allocate_aligned(std::max<int64_t>(count, 1) * sizeof(float))), count_(count) {
    std::fill_n(data(), count, value);
  }
  float* data() const { return reinterpret_cast<float*>(bytes_.get()); }
  float& operator[](int64_t i) const { return data()[i]; }
  int64_t size() const { return count_; }

 private:
  AlignedBytes bytes_;
  int64_t count_;
};

inline std::vector<float> random_values(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> any(-1, 1);
  std::vector<float> values(count);
  for (float& value : values) value = any(random);
  return values;
}

/// run(block) on every target, for every block that it has.
template <class Run>
void for_each_block(const Run& run) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const int block : layer_blocks()) {
      SCOPED_TRACE(target.name + ", blocks of " + std::to_string(block));
      run(block);
      if (testing::Test::HasFatalFailure()) break;
    }
  }
  force_target(0);
}

/// The activation of an exact sum.
inline double activated(const Activation& activation, double slope, double v) {
  const double gate = std::clamp((v + 3) / 6, 0.0, 1.0);
  switch (activation.kind) {
    case ActivationKind::none:
      return v;
    case ActivationKind::clamp:
      return std::clamp<double>(v, activation.low, activation.high);
    case ActivationKind::prelu:
      return v < 0 ? v * slope : v;
    case ActivationKind::hard_swish:
      return v * gate;
    case ActivationKind::hard_sigmoid:
      return gate;
    case ActivationKind::swish:
      return v / (1 + std::exp(-v));
    case ActivationKind::gelu:
      return v * 0.5 * std::erfc(-v * std::sqrt(0.5));
  }
  return v;
}

inline const ActivationKind kEveryActivation[] = {
    ActivationKind::none,       ActivationKind::clamp,        ActivationKind::prelu,
    ActivationKind::hard_swish, ActivationKind::hard_sigmoid, ActivationKind::swish,
    ActivationKind::gelu};

}  // namespace sepconv::simd
