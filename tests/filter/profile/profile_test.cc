// Profiles: kept and read again, and every reason for which one is ignored.
#include "filter/profile/profile.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sepconv/error.h"
#include "sepconv/tune.h"

namespace sepconv {
namespace {

const Machine kMachine{"A CPU @ 3 GHz", "AVX2"};

MachineProfile twice_as_slow() {
  MachineProfile profile{kMachine.cpu, kMachine.target, "2026-11-24", {}, 0, 0};
  for (const NamedRate& named : named_rates()) {
    const double rate = built_in_rates().*named.rate;
    profile.rates.push_back({named.name, rate, 2 * rate});
  }
  return profile;
}

class ProfileFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    path_ = (folder_ / "deeper" / "profile.json").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
    std::ofstream(path_) << text;
  }
  std::string text() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // The note of the file with one word replaced, which must leave the built-in rates.
  std::string note_after(const std::string& word, const std::string& replacement) const {
    store_profile(twice_as_slow(), path_);
    std::string changed = text();
    const size_t at = changed.find(word);
    EXPECT_NE(at, std::string::npos) << word;
    write(changed.replace(at, word.size(), replacement));
    const Profile profile = read_profile(path_, kMachine);
    EXPECT_EQ(profile.rates.f32_sample, built_in_rates().f32_sample);
    return profile.note;
  }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(ProfileFile, is_read_as_it_was_stored) {
  store_profile(twice_as_slow(), path_);
  const Profile profile = read_profile(path_, kMachine);
  EXPECT_EQ(profile.note, "measured 2026-11-24 by sepconv tune");
  for (const NamedRate& named : named_rates()) {
    EXPECT_DOUBLE_EQ(profile.rates.*named.rate, 2 * built_in_rates().*named.rate) << named.name;
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "deeper"), {}), 1);
}

TEST_F(ProfileFile, that_does_not_exist_needs_no_note) {
  EXPECT_EQ(read_profile(path_, kMachine).note, "built in");
  EXPECT_EQ(read_profile("", kMachine).note, "built in");
  EXPECT_EQ(read_profile(folder_.string(), kMachine).note, "built in");
}

TEST_F(ProfileFile, is_ignored_with_a_note_that_says_why) {
  EXPECT_NE(note_after("\"profile_version\": 2", "\"profile_version\": 0").find("version is 0"),
            std::string::npos);
  EXPECT_NE(note_after("\"profile_version\": 2", "\"v\": 1").find("no profile_version"),
            std::string::npos);
  EXPECT_NE(note_after("A CPU", "Another").find("it is of Another @ 3 GHz with AVX2"),
            std::string::npos);
  EXPECT_NE(note_after("AVX2", "SSE4").find("with SSE4"), std::string::npos);
  EXPECT_NE(note_after("f32_sample", "f32_simple").find("not whole"), std::string::npos);
  EXPECT_NE(note_after("\"exact_sample\": ", "\"exact_sample\": -").find("not whole"),
            std::string::npos);
}

TEST_F(ProfileFile, of_anything_else_is_ignored) {
  for (const char* junk : {"", "{", "[1, 2]", "\"rates\"", "{\"profile_version\": \"1\"}",
                           "{\"profile_version\": 2, \"cpu\": 3, \"rates\": []}"}) {
    write(junk);
    const Profile profile = read_profile(path_, kMachine);
    EXPECT_NE(profile.note.find("is ignored"), std::string::npos) << junk;
    EXPECT_EQ(profile.rates.f32_sample, built_in_rates().f32_sample);
  }
  write(std::string(1 << 20, ' '));
  EXPECT_NE(read_profile(path_, kMachine).note.find("not JSON"), std::string::npos);
}

TEST_F(ProfileFile, that_cannot_be_written_is_an_error_that_names_it) {
  EXPECT_THROW(store_profile(twice_as_slow(), ""), InvalidArgument);
  write("in the way");
  EXPECT_THROW(store_profile(twice_as_slow(), path_ + "/profile.json"), std::runtime_error);
  EXPECT_EQ(text(), "in the way");
}

TEST(ProfilePath, follows_the_conventions_of_the_platform) {
  const char* before = std::getenv("XDG_CACHE_HOME");
  const std::string kept = before == nullptr ? "" : before;
  setenv("XDG_CACHE_HOME", "/somewhere", 1);
  EXPECT_EQ(profile_path(), "/somewhere/sepconv/profile.json");
  before == nullptr ? unsetenv("XDG_CACHE_HOME") : setenv("XDG_CACHE_HOME", kept.c_str(), 1);
}

}  // namespace
}  // namespace sepconv
