reset session
set terminal dumb mono size 80, 23 noenhanced
set encoding utf8
set label "conv1.weight of run 3: weights over time" at character 20, character 22
set tmargin 2
set key below left Left reverse samplen 2
set tics nomirror
set border back
set key off
unset grid
set xlabel "epoch   (count: blank 0 … \0100 100)" offset 0,0.0
set label "weight" at character 1, character 21
set xrange [-0.5:10.5]
set xtics ("0" 0, "2" 2, "4" 4, "6" 6, "8" 8, "10" 10)
set yrange [-0.4:0.4]
set ytics ("-0.4" -0.4, "-0.2" -0.2, "0" 0, "0.2" 0.2, "0.4" 0.4)
set lmargin 9
set rmargin 2
set bmargin 3
set label "                                           ............::::::------" at character 10, character 4
set label "                                     ......::::::::::::------======" at character 10, character 5
set label "                               ......::::::------------======++++++" at character 10, character 6
set label "                   ............::::::------======++++++++++++******" at character 10, character 7
set label "             ......::::::------======++++++************############" at character 10, character 8
set label "       ......------======++++++******############%%%%%%%%%%%%%%%%%%" at character 10, character 9
set label ":::::::======******######%%%%%%%%%%%%%%%%%%\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100" at character 10, character 10
set label "#######%%%%%%\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100" at character 10, character 11
set label "\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100" at character 10, character 12
set label "=======******######%%%%%%%%%%%%\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100\0100" at character 10, character 13
set label "       ::::::======++++++******######%%%%%%%%%%%%%%%%%%%%%%%%\0100\0100\0100\0100\0100\0100" at character 10, character 14
set label "             ::::::------======++++++************############%%%%%%" at character 10, character 15
set label "                   ......::::::------======++++++************######" at character 10, character 16
set label "                         ......::::::------------======++++++++++++" at character 10, character 17
set label "                               ............::::::------============" at character 10, character 18
set label "                                     ............::::::::::::------" at character 10, character 19
plot NaN notitle
