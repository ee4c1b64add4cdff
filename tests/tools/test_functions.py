"""Tests of tools/functions.py: what counts as a function, its lines and its parameters."""

import functions
import pytest


def found(source: str) -> list[tuple[str, int, int, int]]:
    return [(f.name, f.line, f.length, f.parameters) for f in functions.functions_in_cpp(source)]


def test_a_definition_has_lines_and_a_declaration_none():
    assert found("int f(int a);\n\nint g(int a,\n      int b) {\n  return a;\n}\n") == [
        ("f", 1, 0, 1),
        ("g", 3, 4, 2),
    ]


def test_namespaces_and_classes_are_looked_into():
    source = """namespace a::b {
class C final : public D<int> {
 public:
  explicit C(int x) : D(x), y_{x} {
    run();
  }
  bool operator()(int a, int b) const { return a < b; }
  C& operator+=(const C& other);
  operator View<T>() const { return {a, b}; }
 private:
  std::vector<int> y_ = {1, 2};
};
extern "C" {
int f(void);
}
}
"""
    assert found(source) == [
        ("C", 4, 3, 1),
        ("operator()", 7, 1, 2),
        ("operator+=", 8, 0, 1),
        ("operator View<T>", 9, 1, 0),
        ("f", 14, 0, 0),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "int a[] = {f(1), 2};\n",
        "enum class Border { zero, wrap };\n",
        "using Call = void (*)(int, int);\n",
        "constexpr auto k = [](int a, int b) { return a + b; }(1, 2);\n",
        "template <class T>\nconcept Number = requires(T t) { t + t; };\n",
        "#define F(a, b) \\\n  int f(a, b) { }\n",
        "// int f(int a) { }\n/* int g() {} */\n",
    ],
)
def test_values_types_and_comments_are_no_functions(source):
    assert found(source) == []


def test_what_follows_a_value_is_still_found():
    assert found("int a[] = {1, 2};\nint f() { return 0; }\n") == [("f", 2, 1, 0)]


def test_commas_inside_brackets_do_not_make_parameters():
    source = "void f(std::map<int, int> a, int (&b)[2], S c = {1, 2}, T d = g(1, 2)) {}\n"
    assert found(source) == [("f", 1, 1, 4)]


def test_template_parameters_are_not_counted():
    source = "template <class A, class B, class C>\nrequires(sizeof(A) > 1) void f(A a) {\n}\n"
    assert found(source) == [("f", 1, 3, 1)]


def test_braces_in_strings_and_characters_do_not_count():
    source = 'void f() {\n  g("}", \'}\', R"x(})x", 1\'000);\n}\nvoid h() {}\n'
    assert found(source) == [("f", 1, 3, 0), ("h", 4, 1, 0)]


def test_a_lambda_counts_to_its_function():
    source = "void f() {\n  run([&](int a, int b) {\n    return a;\n  });\n}\n"
    assert found(source) == [("f", 1, 5, 0)]


def test_gtest_cases_are_functions():
    assert found("TEST(Cost, is_81) {\n  EXPECT_EQ(a, 81);\n}\n") == [("TEST", 1, 3, 2)]


def test_python_functions_are_counted_without_self():
    source = "class A:\n    def f(self, a, *, b):\n        return a\n\ndef g():\n    pass\n"
    by_name = {f.name: f for f in functions.functions_in_python(source)}
    assert (by_name["f"].length, by_name["f"].parameters) == (2, 2)
    assert (by_name["g"].line, by_name["g"].parameters) == (5, 0)
