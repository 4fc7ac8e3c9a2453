# Unit tests of policy/.
unit_tests +=
