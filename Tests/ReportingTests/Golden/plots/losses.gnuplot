set terminal svg size 800,504 dynamic font 'sans-serif,14' background rgb 'white' noenhanced
set encoding utf8
set title "Loss of runs 3 and 7"
set key below Left reverse height 0.7
set border 3 lc rgb '#555555'
set grid lc rgb '#dddddd' lt 1 lw 0.5
set tics nomirror
set border back
set xlabel "epoch" offset 0,0.3
set ylabel "loss (nats)"
set xrange [1:10]
set xtics ("1" 1, "2" 2, "3" 3, "4" 4, "5" 5, "6" 6, "7" 7, "8" 8, "9" 9, "10" 10)
set yrange [0.16731000000000001:2.210088]
set logscale y
set ytics ("0.2" 0.2, "0.5" 0.5, "1" 1, "2" 2)
$data1 << END
1 1.23346
2 0.664362
3 0.408651
4 0.293753
5 0.242126
6 0.218928
7 0.208505
8 0.203822
9 0.201717
10 0.200772
END
$data2 << END
1 1.33346
2 0.764362
3 0.508651
4 0.393753
5 0.342126
6 0.318928
7 0.308505
8 0.303822
9 0.301717
10 0.300772
END
$data3 << END
1 1.74174
2 1.23346
3 0.892747
4 0.664362
5 0.511271
6 0.408651
7 0.339863
8 0.293753
9 0.262845
10 0.242126
END
$data4 << END
1 1.84174
2 1.33346
3 0.992747
4 0.764362
5 0.611271
6 0.508651
7 0.439863
8 0.393753
9 0.362845
10 0.342126
END
plot $data1 with linespoints lc rgb '#0072B2' lw 2 dt 1 pt 7 pi 1 title "lr 0.05, train", \
  $data2 with linespoints lc rgb '#0072B2' lw 2 dt 2 pt 7 pi 1 title "lr 0.05, val", \
  $data3 with linespoints lc rgb '#E69F00' lw 2 dt 1 pt 9 pi 1 title "lr 0.01, train", \
  $data4 with linespoints lc rgb '#E69F00' lw 2 dt 2 pt 9 pi 1 title "lr 0.01, val"
