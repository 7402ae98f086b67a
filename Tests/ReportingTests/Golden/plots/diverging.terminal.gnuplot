reset session
set terminal dumb mono size 80, 23 noenhanced
set encoding utf8
set label "LMS error by learning rate" at character 27, character 22
set tmargin 2
set key below left Left reverse samplen 2
set tics nomirror
set border back
set xlabel "epoch" offset 0,0.0
set label "mean squared error" at character 1, character 21
set xrange [0:20]
set xtics ("0" 0, "5" 5, "10" 10, "15" 15, "20" 20)
set yrange [2.894411101319322e-05:1000]
set logscale y
set ytics ("0.0001" 0.0001, "0.01" 0.01, "1" 1, "100" 100)
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
plot $data1 with linespoints lt 1 pt 'A' pi 1 title " rate 0.005", \
  $data2 with linespoints lt 2 pt 'B' pi 1 title " rate 0.05", \
  $data3 with linespoints lt 3 pt 'C' pi 1 title " rate 1.0 × above 1000 from epoch 1, inf from epoch 17", \
  $data4 with points pt 'x' notitle
