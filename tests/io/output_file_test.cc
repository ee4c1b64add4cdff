// The output appears whole or not at all, and the folder is left as it was found.
#include "io/output_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "io/io_test.h"

namespace sepconv::io {
namespace {

using Output = FolderTest;
using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

TEST_F(Output, is_in_its_place_only_after_commit) {
  OutputFile file(path("a.png"));
  std::fputs("new", file.stream());
  EXPECT_FALSE(std::filesystem::exists(path("a.png")));
  EXPECT_EQ(names().size(), 1u);  // the temporary, in the same folder
  file.commit();
  EXPECT_EQ(bytes_of("a.png"), "new");
  EXPECT_EQ(names(), std::vector<std::string>{"a.png"});
}

TEST_F(Output, without_commit_leaves_the_old_file_and_no_temporary) {
  write("a.png", "old");
  {
    OutputFile file(path("a.png"));
    std::fputs("new", file.stream());
  }
  EXPECT_EQ(bytes_of("a.png"), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"a.png"});
}

TEST_F(Output, keeps_the_permissions_of_the_file_that_it_replaces) {
  write("a.png", "old");
  ASSERT_EQ(chmod(path("a.png").c_str(), 0640), 0);
  OutputFile file(path("a.png"));
  file.commit();
  struct stat status = {};
  ASSERT_EQ(stat(path("a.png").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(Output, replaces_what_a_symbolic_link_names_and_not_the_link) {
  write("real.png", "old");
  std::filesystem::create_symlink("real.png", path("link.png"));
  OutputFile file(path("link.png"));
  std::fputs("new", file.stream());
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(path("link.png")));
  EXPECT_EQ(bytes_of("real.png"), "new");
}

TEST_F(Output, of_a_name_as_long_as_allowed_works) {
  const std::string longest = std::string(251, 'n') + ".png";
  OutputFile file(path(longest));
  file.commit();
  EXPECT_EQ(names(), std::vector<std::string>{longest});
}

TEST_F(Output, into_a_folder_that_is_missing_names_the_path) {
  const std::string target = path("none/a.png");
  const std::string message = format_error([&] { OutputFile file(target); });
  EXPECT_EQ(message, target + ": cannot be written: No such file or directory");
}

TEST_F(Output, over_a_directory_is_refused) {
  ASSERT_EQ(mkdir(path("d.png").c_str(), 0700), 0);
  const std::string message = format_error([&] { OutputFile file(path("d.png")); });
  EXPECT_NE(message.find("is a directory"), std::string::npos) << message;
}

TEST_F(Output, on_a_full_disk_is_an_error_in_every_format) {
  // Large enough that the formats' own buffers overflow, and so small that only the end does.
  for (const int64_t side : {2, 400}) {
    for (const char* name : {"a.png", "a.jpg", "a.tif"}) {
      std::filesystem::remove(path(name));
      std::filesystem::create_symlink("/dev/full", path(name));
      const AnyImage image = noise(SampleType::u8, {side, side, 3});
      CaptureStderr();
      const std::string message = format_error([&] { write_image(path(name), image.ref()); });
      EXPECT_EQ(GetCapturedStderr(), "");
      EXPECT_EQ(message, path(name) + ": cannot be written: No space left on device") << side;
    }
  }
  EXPECT_EQ(names().size(), 3u);
}

TEST_F(Output, a_device_without_an_extension_is_written_as_png) {
  const AnyImage image = noise(SampleType::u8, {20, 20, 3});
  EXPECT_NO_THROW(write_image("/dev/null", image.ref()));
  const std::string message = format_error([&] { write_image("/dev/full", image.ref()); });
  EXPECT_EQ(message, "/dev/full: cannot be written: No space left on device");
}

TEST_F(Output, a_pipe_gets_the_bytes_of_the_file) {
  const AnyImage image = noise(SampleType::u8, {8, 8, 1});
  write_image(path("a.png"), image.ref());
  ASSERT_EQ(mkfifo(path("pipe.png").c_str(), 0600), 0);
  const int reader = open(path("pipe.png").c_str(), O_RDONLY | O_NONBLOCK);
  write_image(path("pipe.png"), image.ref());
  std::string got(4096, '\0');
  got.resize(std::max<ssize_t>(0, read(reader, got.data(), got.size())));
  close(reader);
  EXPECT_EQ(got, bytes_of("a.png"));
}

TEST_F(Output, a_file_limit_in_the_middle_leaves_the_old_file_and_no_temporary) {
  for (const char* name : {"a.png", "a.jpg", "a.tif"}) {
    write(name, "old");
    const pid_t child = fork();
    if (child == 0) {
      signal(SIGXFSZ, SIG_IGN);  // so that writing fails with EFBIG instead
      const rlimit limit = {20000, 20000};
      setrlimit(RLIMIT_FSIZE, &limit);
      const AnyImage image = noise(SampleType::u8, {300, 300, 3});
      const std::string message = format_error([&] { write_image(path(name), image.ref()); });
      _exit(message == path(name) + ": cannot be written: File too large" ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << name;
    EXPECT_EQ(bytes_of(name), "old");
  }
  EXPECT_EQ(names().size(), 3u);
}

TEST_F(Output, a_signal_removes_the_temporary) {
  for (const int signal_number : {SIGINT, SIGTERM}) {
    const pid_t child = fork();
    if (child == 0) {
      remove_temporary_on_signals();
      OutputFile file(path("a.png"));
      raise(signal_number);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), signal_number);
    EXPECT_TRUE(names().empty());
  }
}

}  // namespace
}  // namespace sepconv::io
