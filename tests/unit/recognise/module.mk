# Unit tests of recognise/.
unit_tests +=
