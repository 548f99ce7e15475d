-----BEGIN PGP SIGNATURE-----

iIwEABYIADQWIQSGEDE4/iADmFNNOoeqrmnLiZvmnwUCZlpkgBYccmV2b2tlZEBt
YWtlci5leGFtcGxlAAoJEKquacuJm+afYJUA/j2kJkEHYkDukBmyIfagprM0w72/
lQBYuFnyqTdA1tUgAQCuh1AIjMvuhfho2EkUEaF8lbYSdvup+xo2oCbtfAZ2DA==
=W3qK
-----END PGP SIGNATURE-----
