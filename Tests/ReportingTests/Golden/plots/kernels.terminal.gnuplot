reset session
set terminal dumb mono size 80, 26 noenhanced
set encoding utf8
set label "Kernels of conv1, run 3, epoch 10" at character 23, character 25
set tmargin 2
set key off
unset tics
unset border
set label "red 0" at character 2, character 22
set label "++++++++++" at character 2, character 21
set label "%%%%++--.." at character 2, character 20
set label "\0100\0100%%++::  " at character 2, character 19
set label "##**++--::" at character 2, character 18
set label "::--==**##" at character 2, character 17
set label "red 1" at character 14, character 22
set label "##==..  .." at character 14, character 21
set label "##==..  .." at character 14, character 20
set label "++==------" at character 14, character 19
set label "--++**####" at character 14, character 18
set label "::++%%\0100\0100%%" at character 14, character 17
set label "red 2" at character 26, character 22
set label "--    ::++" at character 26, character 21
set label "==----==++" at character 26, character 20
set label "**####**==" at character 26, character 19
set label "##\0100\0100\0100\0100##==" at character 26, character 18
set label "**##%%**==" at character 26, character 17
set label "red 3" at character 38, character 22
set label "======++++" at character 38, character 21
set label "%%##**--.." at character 38, character 20
set label "\0100\0100\0100\0100**--  " at character 38, character 19
set label "####++--::" at character 38, character 18
set label "----==++**" at character 38, character 17
set label "red 4" at character 50, character 22
set label "##++::...." at character 50, character 21
set label "%%++..    " at character 50, character 20
set label "**++--::::" at character 50, character 19
set label "--==**##**" at character 50, character 18
set label "..==%%\0100\0100\0100\0100" at character 50, character 17
set label "red 5" at character 62, character 22
set label "--    ..==" at character 62, character 21
set label "==------==" at character 62, character 20
set label "++####**++" at character 62, character 19
set label "**\0100\0100\0100\0100%%++" at character 62, character 18
set label "**%%%%##++" at character 62, character 17
set label "green 0" at character 2, character 15
set label "----==++**" at character 2, character 14
set label "####**==::" at character 2, character 13
set label "\0100\0100\0100\0100##--  " at character 2, character 12
set label "%%%%**==::" at character 2, character 11
set label "======++++" at character 2, character 10
set label "green 1" at character 14, character 15
set label "##++--...." at character 14, character 14
set label "%%++::    " at character 14, character 13
set label "##++--::::" at character 14, character 12
set label "--==++****" at character 14, character 11
set label "..==##\0100\0100\0100\0100" at character 14, character 10
set label "green 2" at character 26, character 15
set label "==..  ..==" at character 26, character 14
set label "==--::--==" at character 26, character 13
set label "++******++" at character 26, character 12
set label "++%%\0100\0100%%++" at character 26, character 11
set label "++%%\0100\0100%%++" at character 26, character 10
set label "green 3" at character 38, character 15
set label "------++**" at character 38, character 14
set label "####**==--" at character 38, character 13
set label "\0100\0100\0100\0100##==.." at character 38, character 12
set label "%%%%##==::" at character 38, character 11
set label "======++++" at character 38, character 10
set label "green 4" at character 50, character 15
set label "##++--::::" at character 50, character 14
set label "\0100\0100**--    " at character 50, character 13
set label "##**--...." at character 50, character 12
set label "====++++++" at character 50, character 11
set label "..--**%%\0100\0100" at character 50, character 10
set label "green 5" at character 62, character 15
set label "==..    --" at character 62, character 14
set label "==::..::--" at character 62, character 13
set label "++++****++" at character 62, character 12
set label "++##\0100\0100%%**" at character 62, character 11
set label "++##\0100\0100%%**" at character 62, character 10
set label "blue 0" at character 2, character 8
set label "::::--==**" at character 2, character 7
set label "******++--" at character 2, character 6
set label "\0100\0100\0100\0100%%++::" at character 2, character 5
set label "%%\0100\0100##++::" at character 2, character 4
set label "++++++++==" at character 2, character 3
set label "blue 1" at character 14, character 8
set label "**++==--::" at character 14, character 7
set label "\0100\0100##--    " at character 14, character 6
set label "%%**--...." at character 14, character 5
set label "++++======" at character 14, character 4
set label "..--**%%%%" at character 14, character 3
set label "blue 2" at character 26, character 8
set label "++::    ::" at character 26, character 7
set label "++--....--" at character 26, character 6
set label "==++++++++" at character 26, character 5
set label "==##\0100\0100%%**" at character 26, character 4
set label "==##\0100\0100\0100\0100##" at character 26, character 3
set label "blue 3" at character 38, character 8
set label "::..::==**" at character 38, character 7
set label "++++++++==" at character 38, character 6
set label "%%\0100\0100%%++::" at character 38, character 5
set label "%%\0100\0100%%++::" at character 38, character 4
set label "++**++++==" at character 38, character 3
set label "blue 4" at character 50, character 8
set label "**++==----" at character 50, character 7
set label "\0100\0100##==..  " at character 50, character 6
set label "\0100\0100##==..  " at character 50, character 5
set label "++++======" at character 50, character 4
set label "..--++##%%" at character 50, character 3
set label "blue 5" at character 62, character 8
set label "**--    ::" at character 62, character 7
set label "**--....::" at character 62, character 6
set label "++========" at character 62, character 5
set label "--**%%%%##" at character 62, character 4
set label "--##\0100\0100\0100\0100##" at character 62, character 3
set label "weight: blank -0.330944 … \0100 0.330944" at character 2, character 0
set xrange [0:1]
set yrange [0:1]
plot NaN notitle
