// LayerPlan::explain: counts, the cut and what is fused, as values, text and JSON.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "layer/plan_impl.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// The maps of a batch, one below the other: their costs are those of one map as high.
MapShape stacked(const TensorShape& shape) {
  return {shape.width, shape.height * shape.batch, shape.channels};
}

CostStage stage_cost(const LayerStage& stage, const StageGeometry& geometry) {
  const auto weights = static_cast<int64_t>(stage.weights.size());
  return sum_cost({stage_name(stage, geometry.in.channels), stacked(geometry.in),
                   stacked(geometry.out), weights / stage.out_channels, weights});
}

int64_t widest_strip(const LayerCut& cut) {
  int64_t width = 0;
  for (const StripColumns& strip : cut.strips) width = std::max(width, strip.back().out_width);
  return width;
}

nlohmann::json cost_json(const Cost& cost) {
  return {{"multiplications", cost.multiplications},
          {"additions", cost.additions},
          {"bytes_read", cost.bytes_read},
          {"bytes_written", cost.bytes_written}};
}

}  // namespace

LayerExplanation LayerPlan::explain() const {
  LayerExplanation explanation;
  std::string chain;
  for (size_t s = 0; s < impl_->given.size(); ++s) {
    const StageGeometry& geometry = impl_->stages[s].geometry;
    explanation.cost.stages.push_back(stage_cost(impl_->given[s], geometry));
    chain += (s == 0 ? "" : " > ") + explanation.cost.stages.back().name;
    if (s > 0) explanation.unwritten_bytes += value_count(geometry.in) * int64_t{sizeof(float)};
  }
  if (impl_->adds_input()) chain += " + input";
  explanation.summary =
      fmt::format("{} -> {}: {}", to_string(impl_->in), to_string(impl_->out()), chain);
  explanation.target = simd::active_target().name;
  explanation.threads = impl_->options.threads;
  explanation.scratch_bytes = scratch_bytes();
  explanation.channel_block = impl_->block;
  explanation.band_rows = impl_->cut.band_rows;
  explanation.strip_columns = widest_strip(impl_->cut);
  return explanation;
}

std::string LayerExplanation::to_text() const {
  std::string text = fmt::format(
      "{}\ntarget {}, threads {}, scratch {} bytes a thread\n"
      "bands of {} x {} outputs, {} channels side by side; maps never in memory: {} bytes\n"
      "  {:<20} {:>16} {:>16} {:>13}\n",
      summary, target, threads, scratch_bytes, band_rows, strip_columns, channel_block,
      unwritten_bytes, "stage", "multiplications", "additions", "bytes");
  const auto add_line = [&](const std::string& name, const Cost& counted) {
    text += fmt::format("  {:<20} {:>16} {:>16} {:>13}\n", name, counted.multiplications,
                        counted.additions, counted.bytes_read + counted.bytes_written);
  };
  for (const CostStage& stage : cost.stages) add_line(stage.name, stage.cost);
  if (cost.stages.size() > 1) add_line("all", cost.total());
  return text;
}

std::string LayerExplanation::to_json() const {
  nlohmann::json stages = nlohmann::json::array();
  for (const CostStage& stage : cost.stages) {
    nlohmann::json entry = cost_json(stage.cost);
    entry["name"] = stage.name;
    stages.push_back(entry);
  }
  nlohmann::json json = cost_json(cost.total());
  json.update({{"summary", summary},
               {"target", target},
               {"threads", threads},
               {"scratch_bytes", scratch_bytes},
               {"channel_block", channel_block},
               {"band_rows", band_rows},
               {"strip_columns", strip_columns},
               {"unwritten_bytes", unwritten_bytes},
               {"stages", stages}});
  return json.dump(2);
}

}  // namespace sepconv
