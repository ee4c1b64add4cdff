// Rates of the inner loops in a cycle, one thread, everything in the first cache: no accuracy test
// sees a compiler undo the blocking of registers. Each answer is checked before it is timed; a
// wrong one is an error, not a time. `strip_bench [FILE]` also writes JSON, for docs/benchmarks.md.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "simd/target.h"
#include "strip_kernels.h"

namespace sepconv::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 101;  // the least of each counts
constexpr double kSecondsPerRound = 150e-6;

// The latency of a product of integers: 3 cycles on every x86 since 2008 and on most Arms.
constexpr double kCyclesOfProduct = 3;
constexpr int kProducts = 20'000;

double seconds_of(const std::function<void()>& run, int64_t times) {
  const auto start = Clock::now();
  for (int64_t i = 0; i < times; ++i) run();
  return std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(times);
}

/// Products that wait for one another: the clock as the core runs now, which no counter of time
/// knows.
void multiply_in_a_chain() {
  uint64_t product = 3;
  for (int i = 0; i < kProducts; ++i) {
    product *= product;
    asm volatile("" : "+r"(product));
  }
}

/// How long the two works of a loop take, in cycles.
struct Cycles {
  double less, more;
};

Cycles measure(const Work& less, const Work& more) {
  const auto times_of = [](const Work& work) {
    return std::max<int64_t>(1, std::llround(kSecondsPerRound / seconds_of(work.run, 3)));
  };
  const int64_t times_less = times_of(less), times_more = times_of(more);
  double chain = HUGE_VAL, least = HUGE_VAL, most = HUGE_VAL;
  for (int round = 0; round < kRounds; ++round) {
    chain = std::min(chain, seconds_of(multiply_in_a_chain, 1));
    least = std::min(least, seconds_of(less.run, times_less));
    most = std::min(most, seconds_of(more.run, times_more));
  }
  const double cycle = chain / (kCyclesOfProduct * kProducts);
  return {least / cycle, most / cycle};
}

/// Units a cycle, or "wrong".
nlohmann::json rate_of(const Loop& loop) {
  const Work less = loop.less(), more = loop.more();
  if (std::max(less.error_of_bound, more.error_of_bound) > 1) return "wrong";
  const Cycles cycles = measure(less, more);
  return (more.amount - less.amount) / loop.amount_of_unit / (cycles.more - cycles.less);
}

std::string cell(const nlohmann::json& rate) {
  if (rate.is_string()) return rate;
  return fmt::format("{:.2f}", rate.get<double>());
}

/// The targets with vectors, best first.
std::vector<simd::Target> vector_targets() {
  std::vector<simd::Target> targets = simd::usable_targets();
  std::erase_if(targets, [](const simd::Target& target) { return target.name == "SCALAR"; });
  return targets;
}

/// Measures a loop on every target and prints its line.
nlohmann::json measure_loop(const Loop& loop, const std::vector<simd::Target>& targets) {
  nlohmann::json measured = {{"name", loop.name}, {"unit", loop.unit}, {"targets", {}}};
  if (loop.goal) measured["goal"] = *loop.goal;
  fmt::print("{:30} {:>8} {:>6}", loop.name, loop.unit,
             loop.goal ? fmt::format("{}", *loop.goal) : "");
  for (const simd::Target& target : targets) {
    simd::force_target(target.id);
    measured["targets"][target.name] = rate_of(loop);
    fmt::print(" {:>6}", cell(measured["targets"][target.name]));
    std::fflush(stdout);
  }
  simd::force_target(0);
  fmt::print("\n");
  return measured;
}

void run(const char* path) {
  const std::vector<simd::Target> targets = vector_targets();
  fmt::print("A cycle does so many; FMA are of 32 bytes, the goals for AVX2.\n{:30} {:>8} {:>6}",
             "inner loop", "unit", "goal");
  for (const simd::Target& target : targets) fmt::print(" {:>6}", target.name);
  fmt::print("\n");
  nlohmann::json measured = nlohmann::json::array();
  for (const Loop& loop : loops()) measured.push_back(measure_loop(loop, targets));
  if (path != nullptr) std::ofstream(path) << measured.dump(1) << "\n";
}

}  // namespace
}  // namespace sepconv::bench

int main(int argc, char** argv) { sepconv::bench::run(argc > 1 ? argv[1] : nullptr); }
