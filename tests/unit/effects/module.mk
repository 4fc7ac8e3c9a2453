# Unit tests of effects/.
unit_tests +=
