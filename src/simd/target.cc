// Targets by name, and the test hook that forces one.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/target.cc"
#include "simd/target.h"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {
int64_t target_id() { return HWY_TARGET; }
int vector_bytes() {
  return static_cast<int>(hwy::HWY_NAMESPACE::MaxLanes(hwy::HWY_NAMESPACE::ScalableTag<uint8_t>()));
}
}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(target_id);
HWY_EXPORT(vector_bytes);

std::vector<Target> usable_targets() {
  std::vector<Target> targets;
  for (const int64_t id : hwy::SupportedAndGeneratedTargets()) {
    targets.push_back({id, hwy::TargetName(id)});
  }
  return targets;
}

Target active_target() {
  const int64_t id = HWY_DYNAMIC_DISPATCH(target_id)();
  return {id, hwy::TargetName(id)};
}

int active_vector_bytes() { return HWY_DYNAMIC_DISPATCH(vector_bytes)(); }

void force_target(int64_t id) {
  hwy::SetSupportedTargetsForTest(id);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
