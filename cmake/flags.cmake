# Flags that every target of the project shares, as the interface library sepconv_flags.
add_library(sepconv_flags INTERFACE)
target_compile_options(sepconv_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wno-sign-compare -Werror=return-type
  # The bits of a result must not depend on which multiplications the compiler fuses.
  -ffp-contract=off)
if(SEPCONV_SANITIZE)
  target_compile_options(sepconv_flags INTERFACE
    -fsanitize=${SEPCONV_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sepconv_flags INTERFACE -fsanitize=${SEPCONV_SANITIZE})
endif()
