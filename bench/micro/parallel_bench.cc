// What parallel_for itself costs: microseconds of an empty call with two workers, and from the call
// to the first instruction of the second one, after pauses of several lengths. A pause is spent as
// programs do: sleeping, or computing on the calling thread.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "base/parallel.h"

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr int kCalls = 200;

double microseconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::micro>(to - from).count();
}

void compute_for(microseconds time) {
  for (const auto start = Clock::now(); Clock::now() - start < time;) {
  }
}

struct Times {
  std::vector<double> values;
  double at(double part) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[static_cast<size_t>(part * (values.size() - 1))];
  }
};

// work: what each of the two workers computes.
void time_calls(microseconds pause, bool sleeps, microseconds work) {
  Times calls, starts;
  int helped = 0;
  for (int i = 0; i < kCalls; ++i) {
    if (sleeps) {
      std::this_thread::sleep_for(pause);
    } else {
      compute_for(pause);
    }
    const std::thread::id self = std::this_thread::get_id();
    std::atomic<int64_t> second{-1};
    const auto start = Clock::now();
    sepconv::parallel_for(2, [&](int) {
      if (std::this_thread::get_id() != self) second = (Clock::now() - start).count();
      compute_for(work);
    });
    calls.values.push_back(microseconds_between(start, Clock::now()));
    if (second < 0) continue;
    ++helped;
    starts.values.push_back(static_cast<double>(second) / 1e3);
  }
  fmt::print(
      "{:>5} us {:<9} work {:>4} us | call {:>7.1f} {:>7.1f} {:>7.1f} | second worker after "
      "{:>7.1f} {:>7.1f} {:>7.1f} | helped {:>3} of {}\n",
      pause.count(), sleeps ? "asleep," : "computed,", work.count(), calls.at(0), calls.at(0.5),
      calls.at(0.9), starts.at(0), starts.at(0.5), starts.at(0.9), helped, kCalls);
}

}  // namespace

int main() {
  fmt::print("microseconds: least, median, 9 of 10 below\n");
  for (const int work : {0, 100}) {
    for (const int pause : {0, 50, 500, 5000}) {
      for (const bool sleeps : {false, true}) {
        if (pause == 0 && sleeps) continue;
        time_calls(microseconds(pause), sleeps, microseconds(work));
      }
    }
  }
}
