// Peak rates of this machine, with the widest vectors it has; bench/limits loads it.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int kRounds = 15;  // the best one counts
constexpr size_t kLine = 64;

// The fewest seconds in which every thread finishes work(thread).
double fewest_seconds(int threads, const std::function<void(int)>& work) {
  using Clock = std::chrono::steady_clock;
  std::barrier gate(threads);
  std::vector<double> seconds(kRounds, 0.0);
  auto body = [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      gate.arrive_and_wait();
      const auto start = Clock::now();
      work(thread);
      gate.arrive_and_wait();
      if (thread == 0) {
        seconds[round] = std::chrono::duration<double>(Clock::now() - start).count();
      }
    }
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(body, thread);
  body(0);
  for (std::thread& other : others) other.join();
  return *std::min_element(seconds.begin(), seconds.end());
}

// Hides a value from the compiler, which would fold repeated products.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "m"(value) : "memory");
}

struct Free {
  void operator()(uint8_t* memory) const { std::free(memory); }
};

std::unique_ptr<uint8_t, Free> touched(size_t bytes) {
  constexpr size_t kHugePage = size_t{2} << 20;
  const size_t whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  auto* memory = static_cast<uint8_t*>(std::aligned_alloc(kHugePage, whole));
  std::fill_n(memory, whole, uint8_t{1});
  return std::unique_ptr<uint8_t, Free>(memory);
}

void copy_streaming(const uint8_t* from, uint8_t* to, size_t bytes) {
  const hn::ScalableTag<uint8_t> d;
  for (size_t at = 0; at + hn::Lanes(d) <= bytes; at += hn::Lanes(d)) {
    hn::Stream(hn::LoadU(d, from + at), d, to + at);
  }
  hwy::FlushStream();
}

constexpr int kSums = 12;  // enough for the latency of two multiply-adds a cycle
constexpr int64_t kSteps = 200'000;

}  // namespace

// Bytes read and written per second; the better of cached and streaming stores.
extern "C" double copy_bytes_per_second(size_t bytes, int threads) {
  const size_t part = std::max(bytes / threads / kLine * kLine, kLine);
  const auto from = touched(part * threads);
  const auto to = touched(part * threads);
  const double cached = fewest_seconds(
      threads, [&](int t) { std::copy_n(from.get() + t * part, part, to.get() + t * part); });
  const double streaming = fewest_seconds(
      threads, [&](int t) { copy_streaming(from.get() + t * part, to.get() + t * part, part); });
  return 2.0 * part * threads / std::min(cached, streaming);
}

// Multiply-adds of floats per second, everything in registers.
extern "C" double f32_rate(int threads) {
  const hn::ScalableTag<float> d;
  const double seconds = fewest_seconds(threads, [&](int) {
    decltype(hn::Zero(d)) sums[kSums];
    for (auto& sum : sums) sum = hn::Set(d, 1.0f);
    auto factor = hn::Set(d, 0.999f), term = hn::Set(d, 0.001f);
    keep(factor);
    keep(term);
    for (int64_t step = 0; step < kSteps; ++step) {
#pragma GCC unroll 12
      for (int i = 0; i < kSums; ++i) sums[i] = hn::MulAdd(sums[i], factor, term);
    }
    for (const auto& sum : sums) keep(sum);
  });
  return static_cast<double>(kSteps) * kSums * hn::Lanes(d) * threads / seconds;
}

// Multiply-adds of i16 per second: products of pairs, added to sums of 32 bits.
extern "C" double i16_rate(int threads) {
  const hn::ScalableTag<int16_t> d;
  const hn::Repartition<int32_t, decltype(d)> d32;
  const double seconds = fewest_seconds(threads, [&](int) {
    decltype(hn::Zero(d32)) sums[kSums];
    for (auto& sum : sums) sum = hn::Zero(d32);
    decltype(hn::Zero(d)) samples[kSums];
    for (int i = 0; i < kSums; ++i) samples[i] = hn::Set(d, static_cast<int16_t>(i));
    auto taps = hn::Set(d, 3);
    keep(samples);
    for (int64_t step = 0; step < kSteps; ++step) {
      // A tap that changes: the product may not be taken out of the loop.
      asm volatile("" : "+x"(taps.raw));
#pragma GCC unroll 12
      for (int i = 0; i < kSums; ++i) {
        auto unused = hn::Zero(d32);
        sums[i] = hn::ReorderWidenMulAccumulate(d32, samples[i], taps, sums[i], unused);
      }
    }
    for (const auto& sum : sums) keep(sum);
  });
  return static_cast<double>(kSteps) * kSums * hn::Lanes(d) * threads / seconds;
}
