set terminal svg size 800,552 dynamic font 'sans-serif,14' background rgb 'white' noenhanced
set encoding utf8
set title "LMS error by learning rate"
set key below Left reverse height 0.7
set border 3 lc rgb '#555555'
set grid lc rgb '#dddddd' lt 1 lw 0.5
set tics nomirror
set border back
set xlabel "epoch" offset 0,0.3
set ylabel "mean squared error"
set xrange [0:20]
set xtics ("0" 0, "5" 5, "10" 10, "15" 15, "20" 20)
set yrange [2.894411101319322e-05:1000]
set logscale y
set ytics ("0.0001" 0.0001, "0.001" 0.001, "0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10, "100" 100, "1000" 1000)
$data1 << END
0 2.80005
1 1.03011
2 0.378989
3 0.139454
4 0.0513338
5 0.0189163
6 0.00699051
7 0.00260327
8 0.000989295
9 0.000395547
10 0.00017712
11 9.67648e-05
12 6.72038e-05
13 5.63289e-05
14 5.23283e-05
15 5.08565e-05
16 5.03151e-05
17 5.01159e-05
18 5.00426e-05
19 5.00157e-05
20 5.00058e-05
END
$data2 << END
0 2.80005
1 0.00017712
2 5.00058e-05
3 5e-05
4 5e-05
5 5e-05
6 5e-05
7 5e-05
8 5e-05
9 5e-05
10 5e-05
11 5e-05
12 5e-05
13 5e-05
14 5e-05
15 5e-05
16 5e-05
17 5e-05
18 5e-05
19 5e-05
20 5e-05
END
$data3 << END
0 1
0.15789473684210525 1000
END
$data4 << END
0.15789473684210525 1000
END
plot $data1 with linespoints lc rgb '#0072B2' lw 2 dt 1 pt 7 pi 1 title "rate 0.005", \
  $data2 with linespoints lc rgb '#E69F00' lw 2 dt 1 pt 9 pi 1 title "rate 0.05", \
  $data3 with linespoints lc rgb '#000000' lw 2 dt 1 pt 5 pi 1 title "rate 1.0 × above 1000 from epoch 1, inf from epoch 17", \
  $data4 with points pt 2 ps 2 lw 2 lc rgb '#000000' notitle
