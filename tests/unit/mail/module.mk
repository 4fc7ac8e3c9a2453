# Unit tests of mail/.
unit_tests +=
