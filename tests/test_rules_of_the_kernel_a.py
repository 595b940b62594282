"""Every rule of the normal form, part one: claims that need it, and twins that it must refuse.

The rules are named in the docstrings of ``kernel/normal_form``; sums, products, integrals and the
gamma function have tests of their own. Each claim has its exact verdict and conditions. A twin gets
the formula wrong, or stands where the side condition of the rule fails: it is REFUTED, or UNDECIDED
where the sides differ at places only that no search finds.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

import derivation.kernel.normal_form as room
from derivation.kernel import Judge, Verdict, decide
from derivation.kernel.bounds.intervals import is_negative, is_nonnegative, is_positive
from derivation.kernel.definedness.conditions import conditions
from derivation.kernel.names.context import Context
from derivation.kernel.normal_form.convert import NormalForm
from derivation.kernel.normal_form.integers import WholeFactors
from derivation.kernel.normal_form.tower import Restart, Tower
from derivation.kernel.proving import Prover
from derivation.notation import read, read_given
from derivation.term import plain

# in each line: the claim, its domain, the verdict, the conditions
TRUE = """
N1:
  x/x = 1 | x real | PROVED_IF | x != 0
  (x**2-y**2)/(x-y) = x + y | x, y real | PROVED_IF | x - y != 0
  (a*x + b*x)/(a + b) = x | a > 0, b > 0, x real | PROVED
  1/(1/x) = x | x != 0 | PROVED
  1/x - 1/x = 0 | x real | PROVED_IF | x != 0
N2:
  exp(x + y) = exp(x)*exp(y) | x, y real | PROVED
  exp(x/2)**2*exp(-x) = 1 | x real | PROVED
  exp(cos(x) + y) = exp(y)*exp(cos(x)) | x, y real | PROVED
  exp(x/3)*exp(x/6) = sqrt(exp(x)) | x real | PROVED
N3:
  exp(2*log(x)) = x**2 | x > 0 | PROVED
  exp(-log(x)/2) = 1/sqrt(x) | x > 0 | PROVED
  exp(log(x)) = x | x real | PROVED_IF | x > 0
  exp(log(1 - x) - log(1 + x)) = (1 - x)/(1 + x) | -1 < x < 1 | PROVED
N4:
  log(x**n) = n*log(Abs(x)) | x real, n integer | PROVED_IF | x**n > 0; x != 0
  log(x*y) = log(x) + log(y) | x > 0, y > 0 | PROVED
  log(x**2) = 2*log(Abs(x)) | x != 0 | PROVED
  log(x**2 - 1) = log(x - 1) + log(x + 1) | x > 1 | PROVED
  log(12) = 2*log(2) + log(3) |  | PROVED
  log(exp(x)*sqrt(y)) = x + log(y)/2 | x real, y > 0 | PROVED
  log(x*y) = log(x) + log(y) | x, y real | PROVED_IF | x > 0; y > 0
N5:
  x**y = exp(y*log(x)) | x > 0, y real | PROVED
  x**y*x**(-y) = 1 | x > 0, y real | PROVED
  (x**y)**2 = x**(2*y) | x > 0, y real | PROVED
  x**y = exp(y*log(x)) | x, y real | PROVED_IF | x > 0
N6:
  sign(sqrt(x + y)) = 1 | x > 0, y >= 0 | PROVED
  sqrt(x*y) = sqrt(x)*sqrt(y) | x >= 0, y >= 0 | PROVED
  sqrt(x**2*y) = Abs(x)*sqrt(y) | x real, y >= 0 | PROVED
  x**(1/3)*x**(1/6) = sqrt(x) | x >= 0 | PROVED
  sqrt(x/y) = sqrt(x)/sqrt(y) | x >= 0, y > 0 | PROVED
  sqrt(12) = 2*sqrt(3) |  | PROVED
  (x**3)**(1/3) = x | x >= 0 | PROVED
  1/sqrt(n) = sqrt(n)/n | n integer >= 1 | PROVED
  sqrt(x**2) = x | x >= 0 | PROVED
  (x**2)**(1/4) = sqrt(x) | x != 0 | PROVED_IF | x >= 0
N7:
  Abs(x*y) = Abs(x)*Abs(y) | x, y real | PROVED
  Abs(x)**3 = x**2*Abs(x) | x real | PROVED
  Abs(x - 2) = 2 - x | x <= 2 | PROVED
  Abs(-x) = Abs(x) | x real | PROVED
  Abs(sin(x))**2 = 1 - cos(x)**2 | x real | PROVED
  Abs(cos(x)*y) = Abs(y)*Abs(cos(x)) | x, y real | PROVED
N8:
  Max(x, y) + Min(x, y) = x + y | x, y real | PROVED
  Max(x, y, 0) = Max(0, Max(y, x)) | x, y real | PROVED
  Heaviside(x) = (1 + sign(x))/2 | x real | PROVED
  Heaviside(x, 1) - Heaviside(x, 0) = 1 - sign(x)**2 | x real | PROVED
  Max(x, 0) = (x + Abs(x))/2 | x real | PROVED
  Min(x, y) = -Max(-x, -y) | x, y real | PROVED
N9:
  sigmoid(x) = exp(x)/(1 + exp(x)) | x real | PROVED
  tanh(x) = 2*sigmoid(2*x) - 1 | x real | PROVED
  softplus(x) - softplus(-x) = x | x real | PROVED
  sinh(2*x) = 2*sinh(x)*cosh(x) | x real | PROVED
  logit(sigmoid(x)) = x | x real | PROVED
  asinh(sinh(x)) = x | x real | PROVED
  tan(x)**2 + 1 = 1/cos(x)**2 | -1 < x < 1 | PROVED_IF | cos(x) != 0
  atanh(x) = log((1 + x)/(1 - x))/2 | -1 < x < 1 | PROVED
  acosh(x) = log(x + sqrt(x**2 - 1)) | x >= 1 | PROVED
  log1p(x) = log(1 + x) | x > -1 | PROVED
  relu(x) - relu(-x) = x | x real | PROVED
N11:
  atan(x + y) = atan(y + x) | x, y real | PROVED
  erf((x + 1)**2) = erf(x**2 + 2*x + 1) | x real | PROVED
  floor(x*y)*2 = 2*floor(y*x) | x, y real | PROVED
N13:
  Piecewise((1, x < 3), (2, True)) = 1 | x < 3 | PROVED
  Piecewise((1, x < 3), (2, True)) = 2 | x >= 3 | PROVED
  Piecewise((1, x <= 3), (2, True)) = 1 | x <= 3 | PROVED
  Piecewise((1, x <= 3), (2, True)) = 2 | x > 3 | PROVED
  Piecewise((1, x > 3), (2, True)) = 1 | x > 3 | PROVED
  Piecewise((1, x > 3), (2, True)) = 2 | x <= 3 | PROVED
  Piecewise((1, x >= 3), (2, True)) = 1 | x >= 3 | PROVED
  Piecewise((1, x >= 3), (2, True)) = 2 | x < 3 | PROVED
  Piecewise((1, Eq(x, 3)), (2, True)) = 2 | x > 3 | PROVED
  Piecewise((1, Ne(x, 3)), (2, True)) = 1 | x > 3 | PROVED
  Piecewise((x, x > y), (y, True)) = Max(x, y) | x, y real | PROVED
  Piecewise((1, x > 0), (0, x == 0), (-1, True)) = sign(x) | x real | PROVED
  Piecewise((1, x > 0), (2, True)) = 1 | x > 0 | PROVED
  Piecewise((x/x, x != 0), (1, True)) = 1 | x real | PROVED
  Piecewise((1, And(x > 0, y > 0)), (0, True)) = Heaviside(Min(x, y), 0) | x, y real | PROVED
  Piecewise((1, Or(x > 0, y > 0)), (0, True)) = Heaviside(Max(x, y), 0) | x, y real | PROVED
  Piecewise((1, Not(x > 0)), (0, True)) = 1 - Heaviside(x, 0) | x real | PROVED
N14:
  sign(x)**3 = sign(x) | x real | PROVED
  sign(x)**2 = 1 | x != 0 | PROVED
  sign(x - 3) = -1 | x < 3 | PROVED
  sign(x*y) = sign(x)*sign(y) | x, y real | PROVED
  x*sign(x) = Abs(x) | x real | PROVED
  sign(-x) = -sign(x) | x real | PROVED
N15:
  Delta(i, j)**2 = Delta(j, i) | i in 1..n, j in 1..n | PROVED
  Delta(i, i + 1) = 0 | i in 1..n | PROVED
  Delta(2*i, i + i) = 1 | i in 1..n | PROVED
  Delta(x, y)*Delta(y, x) = Delta(x, y) | x, y real | PROVED
P1:
  (x*y)**n = x**n*y**n | x > 0, y > 0, n integer | PROVED
  (-x)**n = (-1)**n*x**n | x > 0, n integer | PROVED
  (2*x)**n = 2**n*x**n | x > 0, n integer | PROVED
  (x/y)**n = x**n/y**n | x > 0, y > 0, n integer | PROVED
  (x**2)**n = x**(2*n) | x real, n integer >= 1 | PROVED
  12**n = 4**n*3**n | n integer | PROVED
  (x*y)**n = x**n*y**n | x, y real, n integer | PROVED_IF | x != 0; y != 0
P2:
  x**n = (-1)**n*exp(n*log(-x)) | x < 0, n integer | PROVED
  x**n*x**m = x**(n + m) | x > 0, n integer, m integer | PROVED
  x**n = (-1)**n*Abs(x)**n | x < 0, n integer | PROVED
  exp(x)**n = exp(n*x) | x real, n integer | PROVED
  log(x**n) = n*log(x) | x > 0, n integer | PROVED
  (x**n)**m = x**(n*m) | x > 0, n integer, m integer | PROVED
P3:
  log(x**(n - 1)) = (n - 1)*log(Abs(x)) | x real, n integer | PROVED_IF | x**(n - 1) > 0; x != 0
  x**(n + 1) = x*x**n | x real, n integer >= 1 | PROVED
  x**(n + m) = x**n*x**m | x real, n integer >= 1, m integer >= 1 | PROVED
  x**(n - 1)*x = x**n | x real, n integer >= 2 | PROVED
  x**(n + m) = x**n*x**m | x real, n integer, m integer | PROVED_IF | x != 0
  (x - y)**(2*n) = ((x - y)**n)**2 | x, y real, n integer >= 1 | PROVED
  cos(x)**(n + 2) = cos(x)**n*(1 - sin(x)**2) | x real, n integer >= 1 | PROVED
  x**(n + 1) = x*x**n | x real, n integer >= 0 | PROVED_IF | x != 0
P4:
  0**n = 0 | n integer >= 1 | PROVED
  (x - x)**n*y = 0 | x, y real, n integer >= 2 | PROVED
T1:
  cos(x)**2 + sin(x)**2 = 1 | x real | PROVED
  sin(2*x) = 2*sin(x)*cos(x) | x real | PROVED
  cos(3*x) = 4*cos(x)**3 - 3*cos(x) | x real | PROVED
  cos(-x) = cos(x) | x real | PROVED
  sin(x)**3 = (3*sin(x) - sin(3*x))/4 | x real | PROVED
T2:
  cos(x + y) = cos(x)*cos(y) - sin(x)*sin(y) | x, y real | PROVED
  sin(x/2)**2 = (1 - cos(x))/2 | x real | PROVED
  sin(x + y)*sin(x - y) = sin(x)**2 - sin(y)**2 | x, y real | PROVED
  cos(x/2 + x/3) = cos(x/2)*cos(x/3) - sin(x/2)*sin(x/3) | x real | PROVED
T3:
  cos(pi/3) = 1/2 |  | PROVED
  cos(pi*n) = (-1)**n | n integer | PROVED
  sin(pi*n) = 0 | n integer | PROVED
  sin(x + pi/2) = cos(x) | x real | PROVED
  cos(2*pi*n/3) = cos(4*pi*n/3) | n integer | PROVED
  cos(pi*n/2)**2 = (1 + (-1)**n)/2 | n integer | PROVED
  (-1)**(n + 2) = (-1)**n | n integer | PROVED
  (-1)**(2*n*m) = 1 | n integer, m integer | PROVED
  sin(pi*Delta(i, j)) = 0 | i in 1..n, j in 1..n | PROVED
T4:
  sin(atan(x)) = x/sqrt(1 + x**2) | x real | PROVED
  cos(2*atan(x)) = (1 - x**2)/(1 + x**2) | x real | PROVED
  cos(asin(x)) = sqrt(1 - x**2) | -1 <= x <= 1 | PROVED
  sin(-3*asin(x)) = 4*x**3 - 3*x | -1 <= x <= 1 | PROVED
  cos(acos(x)) = x | -1 <= x <= 1 | PROVED
  tan(atan(x) + atan(y)) = (x + y)/(1 - x*y) | 0 <= x < 1, 0 <= y < 1 | PROVED
  cos(asin(x)) = sqrt(1 - x**2) | x real | PROVED_IF | 1 - x**2 >= 0
U1:
  cos(2*pi/5) + cos(4*pi/5) = -1/2 |  | PROVED
  cos(pi/7) - cos(2*pi/7) + cos(3*pi/7) = 1/2 |  | PROVED
  cos(pi/9)*cos(2*pi/9)*cos(4*pi/9) = 1/8 |  | PROVED
U2:
  sin(pi/6)*cos(pi/3) = 1/4 |  | PROVED
  sin(x + pi/12) = sin(x)*cos(pi/12) + cos(x)*sin(pi/12) | x real | PROVED
  sin(pi/10)*sin(3*pi/10) = 1/4 |  | PROVED
U3:
  cos(pi/4) = sqrt(2)/2 |  | PROVED
  cos(pi/6) = sqrt(3)/2 |  | PROVED
  cos(pi/5) = (1 + sqrt(5))/4 |  | PROVED
  tan(pi/12) = 2 - sqrt(3) |  | PROVED
  tan(3*pi/11) + 4*sin(2*pi/11) = sqrt(11) |  | PROVED
  cos(2*pi/17)+cos(4*pi/17)+cos(8*pi/17)+cos(16*pi/17) = (sqrt(17) - 1)/4 |  | PROVED
C1:
  sqrt(2 + 2*cos(1))*sqrt(2 + 2*cos(1)) = 2 + 2*cos(1) |  | PROVED
  Abs(sin(x))**2 = sin(x)**2 | x real | PROVED
  sqrt((1 + cos(x))**2) = 1 + cos(x) | x real | PROVED
  sqrt(cos(x)**2) = Abs(cos(x)) | x real | PROVED
  Abs(1 + cos(x)) = 1 + cos(x) | x real | PROVED
  sqrt(2 - 2*cos(x)) = 2*Abs(sin(x/2)) | x real | PROVED
K1:
  Abs(x**2 + 1) = x**2 + 1 | x real | PROVED
  sign(x*y + 1) = 1 | x > 0, y > 0 | PROVED
  Abs(x - 5) = 5 - x | x in [0, 5] | PROVED
  sqrt((x + y)**2) = x + y | x >= 0, y >= 0 | PROVED
  Abs(1 + exp(x)) = 1 + exp(x) | x real | PROVED
K2:
  sign(a*x**2 + x + a) = -1 | x real, a < -1 | PROVED
  Abs(x**2 + x + 1) = x**2 + x + 1 | x real | PROVED
  sign(-x**2 + x*y - y**2 - 1) = -1 | x, y real | PROVED
  sqrt((x**2 - 2*x + 5)**2) = x**2 - 2*x + 5 | x real | PROVED
K3:
  sign(x*y) = 1 | x, y real, x*y >= 1 | PROVED
  Abs(x - z) = x - z | x, y, z real, x > y, y > z | PROVED
  Max(x, y) = x | x, y real, x >= y | PROVED
  sqrt((x + y)**2) = -x - y | x, y real, x + y < 0 | PROVED
  sign(2*x - 3*y) = 1 | x > 0, y > 0, x >= 2*y | PROVED
  Abs(x*y) = x*y | x, y real, x*y > 0 | PROVED
  Abs(sin(x)) = -sin(x) | x, y real, -sin(x) >= 0 | PROVED
K4:
  Abs(cos(2)*x) = -cos(2)*x | x >= 0 | PROVED
  Abs(cos(1)*x) = cos(1)*Abs(x) | x real | PROVED
  Max(cos(pi/5)*x, 0) = cos(pi/5)*Max(x, 0) | x real | PROVED
  Abs(log(2) - 1) = 1 - log(2) |  | PROVED
  sign(pi - 3) = 1 |  | PROVED
  Abs(sqrt(2) - sqrt(3)) = sqrt(3) - sqrt(2) |  | PROVED
  Max(cos(pi/5), cos(pi/7)) = cos(pi/7) |  | PROVED
  Abs(x*(exp(1) - 3)) = x*(3 - exp(1)) | x >= 0 | PROVED
  Abs(cos(1) - 1/2) = cos(1) - 1/2 |  | PROVED
  sign(cos(2) - cos(1)) = -1 |  | PROVED
cases:
  Max(x, y)*Min(x, y) = x*y | x, y real | PROVED
  Abs(Abs(x) - 1) = Max(Abs(x) - 1, 1 - Abs(x)) | x real | PROVED
  s**2 = 1 | s in {-1, 1} | PROVED
  sin(pi*s/2) = s | s in {-1, 1} | PROVED
  x**2 = 1 | x, y real, x = y, y**2 = 1 | PROVED
  x*y = 0 | x, y real, x = 0 | PROVED
  Abs(cos(x))*sign(cos(x)) = cos(x) | x real | PROVED
  Piecewise((1, Eq(cos(x), 0)), (0, True)) = 1 - sign(cos(x))**2 | x real | PROVED
  sign(x*y) = sign(x)*sign(y) | x, y real | PROVED
  Piecewise((sin(x), sin(x) > cos(x)), (cos(x), True)) = Max(sin(x), cos(x)) | x real | PROVED
A1:
  asin(x) + acos(x) = pi/2 | -1 <= x <= 1 | PROVED
  2*atan(x) = atan(2*x/(1 - x**2)) | -1 < x < 1 | PROVED
  atan(tan(x)) = x | -1 <= x <= 1 | PROVED_IF | cos(x) != 0
  atan(x) = asin(x/sqrt(1 + x**2)) | x real | PROVED
  atan(1/2) + atan(1/3) = pi/4 |  | PROVED
N12:
  atan(1/(1 + sqrt(2))) = atan(sqrt(2) - 1) |  | PROVED
  floor(x/sqrt(3)) = floor(x*sqrt(3)/3) | x real | PROVED
  erf(1/2**(1/3)) = erf(2**(2/3)/2) |  | PROVED
"""

TWINS = """
N1:
  (x**2-y**2)/(x-y) = x - y | x, y real | REFUTED
  1/(1/x) = 1/x | x > 0 | REFUTED
  x/(x + y) = 1 + x/y | x > 0, y > 0 | REFUTED
N2:
  exp(x*y) = exp(x)*exp(y) | x, y real | REFUTED
  exp(x)**2 = exp(x**2) | x real | REFUTED
  exp(x/3)*exp(x/6) = exp(x/9) | x real | REFUTED
N3:
  exp(2*log(x)) = 2*x | x > 0 | REFUTED
  exp(log(x**2)/2) = x | x != 0 | REFUTED
  exp(log(x)*log(y)) = x*y | x > 0, y > 0 | REFUTED
N4:
  log(x**n) = log(Abs(x)) | x real, n integer | REFUTED
  log(x + y) = log(x) + log(y) | x > 0, y > 0 | REFUTED
  log(x**2) = log(x)**2 | x > 0 | REFUTED
  log(12) = 2*log(2) + log(5) |  | REFUTED
  log(x*y) = log(x)*log(y) | x > 0, y > 0 | REFUTED
  log(exp(x)*sqrt(y)) = x + 2*log(y) | x real, y > 0 | REFUTED
N5:
  x**y = exp(x*log(y)) | x > 0, y > 0 | REFUTED
  (x**y)**2 = x**(y**2) | x > 0, y real | REFUTED
  x**y*x = x**(2*y) | x > 0, y real | REFUTED
N6:
  sign(sqrt(x + y)) = 1 | x >= 0, y >= 0 | UNDECIDED
  sqrt(x + y) = sqrt(x) + sqrt(y) | x >= 0, y >= 0 | REFUTED
  sqrt(x**2*y) = x*sqrt(y) | x real, y >= 0 | REFUTED
  x**(1/3)*x**(1/6) = x | x >= 0 | REFUTED
  sqrt(12) = 3*sqrt(2) |  | REFUTED
  sqrt(x**2) = x | x real | REFUTED
N7:
  Abs(x + y) = Abs(x) + Abs(y) | x, y real | REFUTED
  Abs(x)**3 = x**3 | x real | REFUTED
  Abs(x - 2) = 2 - x | x <= 3 | REFUTED
  Abs(sin(x)) = sin(x) | x real | REFUTED
  Abs(x - y) = Abs(x + y) | x, y real | REFUTED
N8:
  Max(x, y) = Min(x, y) | x, y real | REFUTED
  Heaviside(x)**2 = Heaviside(x) | x real | REFUTED
  Heaviside(x, 1) = Heaviside(x) | x real | REFUTED
  Max(x, y, 0) = Max(x, y) | x, y real | REFUTED
  Heaviside(x, 1) = Heaviside(x, 0) | x real | REFUTED
N9:
  sigmoid(x) = 1 - sigmoid(x) | x real | REFUTED
  tanh(x) = 2*sigmoid(x) - 1 | x real | REFUTED
  cosh(x)**2 + sinh(x)**2 = 1 | x real | REFUTED
  acosh(cosh(x)) = x | x real | REFUTED
  atanh(x) = log((1 - x)/(1 + x))/2 | -1 < x < 1 | REFUTED
  relu(x) + relu(-x) = x | x real | REFUTED
N11:
  atan(x + y) = atan(x) + atan(y) | x, y real | REFUTED
  erf((x + 1)**2) = erf(x**2 + 1) | x real | REFUTED
  floor(2*x) = 2*floor(x) | x real | REFUTED
N13:
  Piecewise((1, x < 3), (2, True)) = 1 | x <= 3 | REFUTED
  Piecewise((1, x <= 3), (2, True)) = 2 | x >= 3 | REFUTED
  Piecewise((1, x > 3), (2, True)) = 1 | x >= 3 | REFUTED
  Piecewise((1, x >= 3), (2, True)) = 2 | x <= 3 | REFUTED
  Piecewise((1, Eq(x, 3)), (2, True)) = 2 | x >= 3 | REFUTED
  Piecewise((1, Ne(x, 3)), (2, True)) = 1 | x >= 3 | REFUTED
  Piecewise((x, x < y), (y, True)) = Max(x, y) | x, y real | REFUTED
  Piecewise((1, x >= 0), (-1, True)) = sign(x) | x real | REFUTED
  Piecewise((1, x > 0), (2, True)) = 1 | x >= 0 | REFUTED
  Piecewise((1, And(x > 0, y > 0)), (0, True)) = Heaviside(Max(x, y), 0) | x, y real | REFUTED
  Piecewise((1, Eq(x**5 - 7*x - 3, 0)), (0, True)) = 0 | x real | UNDECIDED
  Piecewise((1, Eq(cos(x), 0)), (0, True)) = 0 | x real | UNDECIDED
N14:
  sign(x)**2 = 1 | x real | REFUTED
  sign(x - 3) = -1 | x <= 3 | REFUTED
  sign(x + y) = sign(x) + sign(y) | x, y real | REFUTED
  sign(cos(x))**2 = 1 | x real | UNDECIDED
  sign(x**5 - 7*x - 3)**2 = 1 | x real | UNDECIDED
N15:
  Delta(i, j) = Delta(i, j + 1) | i integer, j integer | REFUTED
  Delta(x, 2*x) = 0 | x real | REFUTED
  Delta(i, j)**2 = 2*Delta(i, j) | i integer, j integer | REFUTED
  Delta(x, y) = 0 | x, y real | REFUTED
P1:
  (x + y)**n = x**n + y**n | x > 0, y > 0, n integer >= 1 | REFUTED
  (-x)**n = -x**n | x > 0, n integer >= 1 | REFUTED
  (2*x)**n = 2*x**n | x > 0, n integer >= 1 | REFUTED
  (x**2)**n = x**(n**2) | x > 0, n integer >= 1 | REFUTED
P2:
  x**n = exp(n*log(-x)) | x < 0, n integer | REFUTED
  x**n*x**m = x**(n*m) | x > 0, n integer, m integer | REFUTED
  x**n = Abs(x)**n | x < 0, n integer | REFUTED
  exp(x)**n = exp(x**n) | x > 0, n integer >= 1 | REFUTED
  (x**n)**m = x**(n + m) | x > 0, n integer, m integer | REFUTED
P3:
  log(x**(n - 1)) = n*log(Abs(x)) | x real, n integer >= 2 | REFUTED
  x**(n + 1) = x*x**n + 1 | x real, n integer >= 1 | REFUTED
  x**(n + m) = x**n + x**m | x real, n integer >= 1, m integer >= 1 | REFUTED
  x**(n - 1)*x = x**(n - 1) | x real, n integer >= 2 | REFUTED
  x**n/x**n = 0 | x real, n integer >= 1 | REFUTED
  x**n = Abs(x)**n | x real, n integer >= 1 | REFUTED
P4:
  0**n = 1 | n integer >= 1 | REFUTED
  (x - x)**n = x - x + 1 | x real, n integer >= 2 | REFUTED
T1:
  cos(x)**2 - sin(x)**2 = 1 | x real | REFUTED
  sin(2*x) = 2*sin(x) | x real | REFUTED
  sin(-x) = sin(x) | x real | REFUTED
  cos(3*x) = 4*cos(x)**3 + 3*cos(x) | x real | REFUTED
T2:
  cos(x + y) = cos(x)*cos(y) + sin(x)*sin(y) | x, y real | REFUTED
  sin(x/2)**2 = (1 + cos(x))/2 | x real | REFUTED
  cos(x*y) = cos(x)*cos(y) | x, y real | REFUTED
  sin(x + y) = sin(x) + sin(y) | x, y real | REFUTED
T3:
  cos(pi/3) = sqrt(3)/2 |  | REFUTED
  cos(pi*n) = 1 | n integer | REFUTED
  sin(pi*x) = 0 | x real | REFUTED
  sin(x + pi/2) = -cos(x) | x real | REFUTED
  cos(2*pi*n/3) = cos(2*pi*n/5) | n integer | REFUTED
  (-1)**(n + 1) = (-1)**n | n integer | REFUTED
  sin(pi[1]*n) = 0 | n integer >= 1, pi[1..n] real | REFUTED
  cos(pi*n/2)**2 = 1 | n integer | REFUTED
T4:
  sin(atan(x)) = 1/sqrt(1 + x**2) | x real | REFUTED
  cos(2*atan(x)) = (1 + x**2)/(1 - x**2) | -1 < x < 1 | REFUTED
  cos(asin(x)) = -sqrt(1 - x**2) | -1 < x < 1 | REFUTED
  sin(-3*asin(x)) = 3*x - 4*x**3 | -1 <= x <= 1 | REFUTED
  sin(acos(x)) = x | -1 <= x <= 1 | REFUTED
U1:
  cos(2*pi/5) + cos(4*pi/5) = 1/2 |  | REFUTED
  cos(pi/7) - cos(2*pi/7) + cos(3*pi/7) = -1/2 |  | REFUTED
  cos(pi/9)*cos(2*pi/9)*cos(4*pi/9) = 1/9 |  | REFUTED
U2:
  sin(pi/6)*cos(pi/3) = 1/2 |  | REFUTED
  sin(x + pi/12) = sin(x)*sin(pi/12) + cos(x)*cos(pi/12) | x real | REFUTED
  sin(pi/10)*sin(3*pi/10) = -1/4 |  | REFUTED
U3:
  cos(pi/4) = -sqrt(2)/2 |  | REFUTED
  cos(pi/6) = sqrt(2)/2 |  | REFUTED
  cos(pi/5) = (sqrt(5) - 1)/4 |  | REFUTED
  tan(pi/12) = 2 + sqrt(3) |  | REFUTED
  tan(3*pi/11) + 4*sin(2*pi/11) = -sqrt(11) |  | REFUTED
  cos(2*pi/17)+cos(4*pi/17)+cos(8*pi/17)+cos(16*pi/17) = (-sqrt(17) - 1)/4 |  | REFUTED
C1:
  sqrt(cos(x)**2) = cos(x) | x real | REFUTED
  Abs(cos(x) - 1/2) = 1/2 - cos(x) | x real | REFUTED
  sqrt(2 - 2*cos(x)) = 2*sin(x/2) | x real | REFUTED
  Abs(sin(x))**3 = sin(x)**3 | x real | REFUTED
K1:
  Abs(x**2 - 1) = x**2 - 1 | x real | REFUTED
  sign(x*y + 1) = 1 | x > 0, y < 0 | REFUTED
  Abs(x - 5) = 5 - x | x in [0, 6] | REFUTED
  sign(x*y) = 1 | x >= 0, y > 0 | REFUTED
  sign(x**2) = 1 | x real | REFUTED
K2:
  sign(a*x**2 + x + a) = -1 | x real, a < 0 | REFUTED
  Abs(x**2 + 3*x + 1) = x**2 + 3*x + 1 | x real | REFUTED
  sign(x**2 + 2*x + 1) = 1 | x real | REFUTED
  sign(-x**2 + x - 1) = 1 | x real | REFUTED
  sqrt((x**2 - 5*x + 5)**2) = x**2 - 5*x + 5 | x real | REFUTED
K3:
  Abs(x - y) = x - y | x, y real, (x - y)*(x + y)**2 >= 0 | REFUTED
  sign(x*y) = 1 | x, y real, x*y >= 0 | REFUTED
  Abs(x - z) = z - x | x, y, z real, x > y, y > z | REFUTED
  sign(x - y) = 1 | x, y real, x >= y | REFUTED
  sign(2*x - 5*y) = 1 | x > 0, y > 0, x >= 2*y | REFUTED
  Abs(x) = -x | x, y real, x*sin(y)**2 > 0 | REFUTED
  sign(x) = 1 | x, y real, x*y**2 >= 0 | REFUTED
  Abs(sin(x)) = sin(x) | x, y real, sin(x) <= 1/2 | REFUTED
K4:
  Abs(cos(2)*x) = cos(2)*x | x >= 0 | REFUTED
  Abs(cos(2)*x) = cos(2)*Abs(x) | x real | REFUTED
  Abs(log(2) - 1) = log(2) - 1 |  | REFUTED
  sign(pi - 22/7) = 1 |  | REFUTED
  Max(cos(pi/5), cos(pi/7)) = cos(pi/5) |  | REFUTED
  sign(sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6))) = 1 |  | UNDECIDED
  Abs(cos(2) - 1/2) = cos(2) - 1/2 |  | REFUTED
cases:
  Max(x, y)*Min(x, y) = x**2 | x, y real | REFUTED
  s**2 = 1 | s in {-1, 1, 2} | REFUTED
  s = 1 | s in {-1, 1} | REFUTED
  x**2 = 2 | x, y real, x = y, y**2 = 1 | REFUTED
  x*y = x | x, y real, y = 0 | REFUTED
  Abs(cos(x))*sign(sin(x)) = cos(x) | x real | REFUTED
  Abs(sin(x)) = sin(x) | x, y real, sin(x)*y > 0 | REFUTED
A1:
  asin(x) + acos(x) = pi/4 | -1 <= x <= 1 | REFUTED
  2*atan(x) = atan(2*x/(1 - x**2)) | x > 1 | REFUTED
  atan(tan(x)) = x | 2 <= x <= 4 | REFUTED
  atan(x) + atan(1/x) = pi/2 | x != 0 | REFUTED
  atan(1/2) + atan(1/4) = pi/4 |  | REFUTED
N12:
  atan(1/(1 + sqrt(2))) = atan(1 - sqrt(2)) |  | REFUTED
  floor(x/sqrt(3)) = floor(x*sqrt(3)) | x real | REFUTED
  erf(1/2**(1/3)) = erf(2**(1/3)/2) |  | REFUTED
"""

Row = tuple[str, str, str, str, tuple[str, ...]]


def rows(table: str) -> list[tuple[str, Row]]:
    found: list[tuple[str, Row]] = []
    rule = ""
    for line in table.strip().splitlines():
        if not line.startswith(" "):
            rule = line.removesuffix(":")
            continue
        claim, given, verdict, *conditions = (part.strip() for part in line.split(" | "))
        left, _, right = claim.partition(" = ")
        listed = tuple(conditions[0].split("; ")) if conditions else ()
        found.append((rule, (left, right, given, verdict, listed)))
    return found


def judged(left: str, right: str, given: str):
    return decide(read(left), read(right), read_given(given))


def check(row: Row) -> None:
    left, right, given, verdict, conditions = row
    judgement = judged(left, right, given)
    assert judgement.verdict is Verdict[verdict], judgement
    assert tuple(str(condition) for condition in judgement.conditions) == conditions


@pytest.mark.parametrize(("rule", "row"), rows(TRUE))
def test_claims_that_need_the_rule(rule: str, row: Row) -> None:
    assert row[3] in ("PROVED", "PROVED_IF"), rule
    check(row)


@pytest.mark.parametrize(("rule", "row"), rows(TWINS))
def test_twins_that_the_rule_must_refuse(rule: str, row: Row) -> None:
    assert row[3] in ("REFUTED", "UNDECIDED"), rule
    check(row)


@pytest.mark.parametrize(("rule", "row"), rows(TWINS))
def test_no_proof_of_a_twin_even_without_points(rule: str, row: Row) -> None:
    """The rules alone must refuse it: no search for a counterexample stands in front of them."""
    context = Context(read_given(row[2]))
    left, right = (context.separate(plain(read(side))) for side in row[:2])
    prover = Prover(context)
    prover.deadline = time.perf_counter() + 20
    asked = (*conditions(left, context), *conditions(right, context))
    assert not prover.proved(left, right, thorough=True)[0], rule
    assert not prover.proved_by_cases(left, right, tuple(dict.fromkeys(asked)))[0], rule


MODULES = (
    "angles", "branches", "cases", "circular", "conjugation", "constants", "convert", "definitions",
    "exponentials", "kinks", "linear", "names", "powers", "rationalising",
    "roots_of_unity", "signs",
)  # fmt: skip


def test_every_rule_has_claims_and_twins() -> None:
    folder = Path(room.__file__).parent
    heads = [(folder / f"{name}.py").read_text("utf-8").split('"""')[1] for name in MODULES]
    named = set(re.findall(r"^([A-Z]\d+) ", "\n".join(heads), re.MULTILINE)) | {"cases", "N9"}
    for table in (TRUE, TWINS):
        count = Counter(rule for rule, _ in rows(table))
        assert {rule for rule in named if count[rule] < 2} == set()


# ------------------------------------------------------------------ what was once wrong

QUINTIC = "x**5 - 7*x - 3"  # three real zeros that no search finds
AT_ZERO = f"Piecewise((1, Eq({QUINTIC}, 0)), (0, True))"
GUARDED = f"Sum(Piecewise((Abs(1/({QUINTIC})), i >= 1), (0, True)), (i, 1, n))"
ONCE_WRONG = (
    # a member of a family called pi is not the constant
    ("sin(pi[1]*n)", "0", "n integer >= 1, pi[1..n] real", Verdict.REFUTED),
    # cos x = 0 has solutions: the square of e^(ix) is not >= 0
    ("Piecewise((1, Eq(cos(x), 0)), (0, True))", "0", "x real", Verdict.UNDECIDED),
    # (z - 1/z)^2 is negative for z = e^(iy)
    (f"Piecewise((1, And(Eq({QUINTIC}, 0), x > 0)), (0, True))", "0",
     "x, y real, x*sin(y)**2 > 0", Verdict.UNDECIDED),
    (f"Piecewise((1, And(Eq({QUINTIC}, 0), x > 0)), (0, True))",
     "log(x*sin(y)**2) - log(x*sin(y)**2)", "x, y real", Verdict.UNDECIDED),
    # what stands in a sum need not have a value where nothing is summed
    (f"Sum(1/(i - i), (i, 1, n)) + {AT_ZERO}", "0*s",
     "x real, n integer >= 0, s in {-1, 1}", Verdict.UNDECIDED),
    (f"{GUARDED} + sign({QUINTIC})**2", f"{GUARDED} + 1", "x real, n integer >= 0",
     Verdict.UNDECIDED),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "given", "verdict"), ONCE_WRONG)
def test_what_was_once_wrong(left: str, right: str, given: str, verdict: Verdict) -> None:
    assert judged(left, right, given).verdict is verdict


LONG_PRIMES = (1298074214633706907132624082305051, 2596148429267413814265248164610099)


def test_a_remembered_divisor_is_factored_as_every_number() -> None:
    tower = Tower({}, time.perf_counter() + 60)
    whole = WholeFactors(tower)
    whole.of(15 * LONG_PRIMES[0])
    with pytest.raises(Restart):
        whole.of(15 * LONG_PRIMES[1])
    assert WholeFactors(tower).of(15 * LONG_PRIMES[0]) == [(3, 1), (5, 1), (LONG_PRIMES[0], 1)]
    left = " + ".join(f"sqrt({15 * prime})" for prime in LONG_PRIMES)
    right = " + ".join(f"sqrt(3)*sqrt(5)*sqrt({prime})" for prime in LONG_PRIMES)
    assert judged(f"{left} + 0*cos(pi/15)", right, "").verdict is Verdict.PROVED


@pytest.mark.parametrize("prime", [3, 5, 7, 11, 13, 17, 19, 23, 29, 37, 41, 53])
@pytest.mark.parametrize("sign", ["", "-"])
def test_gauss_sums_have_the_right_sign(prime: int, sign: str) -> None:
    wave = "cos" if prime % 4 == 1 else "sin"
    residues = {a * a % prime for a in range(1, prime)}
    terms = (f"({1 if a in residues else -1})*{wave}(2*pi*{a}/{prime})" for a in range(1, prime))
    verdict = judged(" + ".join(terms), f"{sign}sqrt({prime})", "").verdict
    assert verdict is (Verdict.REFUTED if sign else Verdict.PROVED)


def test_a_chain_recovers_from_a_line_that_is_too_large() -> None:
    names = [f"v{number}" for number in range(60)]
    judge = Judge(read_given(f"{', '.join(names)} real"))
    total = " + ".join(f"exp({name})" for name in names)
    assert judge.decide(read(f"({total})*2"), read(f"{total} + {total}")).verdict is (
        Verdict.UNDECIDED
    )
    after = judge.decide(read("(v59 + 1)**2"), read("v59**2 + 2*v59 + 1"))
    assert (after.verdict, after.method) == (Verdict.PROVED, "normal form")


def test_a_whole_name_stays_whole_beside_its_root() -> None:
    found = judged("sqrt(n)/n*(-1)**n", "cos(pi*n)/sqrt(n)", "n integer >= 1")
    assert (found.verdict, found.method) == (Verdict.PROVED, "normal form")


@pytest.mark.parametrize(
    ("strict", "known", "expected"),
    [
        (False, "(x - y)*(x + y)**2", "any sign"),  # x + y may be 0
        (True, "(x - y)*(x + y)**2", "> 0"),
        (False, "(x - y)*(x**2 + 1)**2", ">= 0"),
        (False, "(x - y)/(x + y)**2", ">= 0"),
        (True, "(x - y)*sin(x)**2", "any sign"),  # a product of squares of imaginary values
        (True, "(x - y)*(x + y)", "any sign"),
    ],
)
def test_what_the_sign_of_a_product_says_of_a_factor(
    strict: bool, known: str, expected: str
) -> None:
    form = NormalForm(Context(read_given("x, y real")), Tower({}, time.perf_counter() + 20))
    form.signs.learn(form.of(plain(read(known))), strict=strict)
    bounds = form.signs.of(form.of(plain(read("x - y"))))
    found = "> 0" if is_positive(bounds) else ">= 0" if is_nonnegative(bounds) else "any sign"
    assert found == expected


def test_a_quadratic_with_a_negative_leading_coefficient_is_negative() -> None:
    form = NormalForm(Context(read_given("x real, a < -1")), Tower({}, time.perf_counter() + 20))
    assert is_negative(form.signs.of(form.of(plain(read("a*x**2 + x + a")))))
