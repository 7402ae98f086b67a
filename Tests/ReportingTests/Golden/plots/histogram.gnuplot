set terminal svg size 800,500 dynamic font 'sans-serif,14' background rgb 'white' noenhanced
set encoding utf8
set title "Weights of run 3 at epoch 5: conv1"
set key below Left reverse height 0.7
set border 3 lc rgb '#555555'
set grid lc rgb '#dddddd' lt 1 lw 0.5
set tics nomirror
set border back
set key off
set xlabel "weight, 0 of 450 zero" offset 0,0.3
set ylabel "count"
set xrange [-3:3]
set xtics ("-3" -3, "-2" -2, "-1" -1, "0" 0, "1" 1, "2" 2, "3" 3)
set yrange [0:523.95]
set ytics ("0" 0, "100" 100, "200" 200, "300" 300, "400" 400, "500" 500)
$data1 << END
-2.9375 7
-2.8125 10
-2.6875 14
-2.5625 19
-2.4375 26
-2.3125 34
-2.1875 46
-2.0625 60
-1.9375 77
-1.8125 97
-1.6875 120
-1.5625 148
-1.4375 178
-1.3125 211
-1.1875 247
-1.0625 284
-0.9375 322
-0.8125 359
-0.6875 395
-0.5625 427
-0.4375 454
-0.3125 476
-0.1875 491
-0.0625 499
0.0625 499
0.1875 491
0.3125 476
0.4375 454
0.5625 427
0.6875 395
0.8125 359
0.9375 322
1.0625 284
1.1875 247
1.3125 211
1.4375 178
1.5625 148
1.6875 120
1.8125 97
1.9375 77
2.0625 60
2.1875 46
2.3125 34
2.4375 26
2.5625 19
2.6875 14
2.8125 10
2.9375 7
END
set boxwidth 0.125 absolute
plot $data1 with boxes fs solid 0.8 noborder lc rgb '#0072B2' notitle
