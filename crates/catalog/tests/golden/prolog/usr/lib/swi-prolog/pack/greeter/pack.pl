name(greeter).
version('0.4.2').
title('Greets').
author('A. Person', 'a@example.org').
requires(inner >= '1.0').
