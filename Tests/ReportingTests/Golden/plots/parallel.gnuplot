set terminal svg size 800,500 dynamic font 'sans-serif,14' background rgb 'white' noenhanced
set encoding utf8
set title "Runs of experiment lenet"
set key off
unset ytics
set border 0
set xrange [-0.2:3.7]
set yrange [-0.19:1.1]
set bmargin 3
set xtics ("lr" 0, "batch_size" 1, "schedule" 2, "val/loss" 3) scale 0 nomirror
set arrow from 0,0 to 0,1 nohead lt -1
set label "0.01" at 0,0.38671887348449546 front boxed offset 0.8,0
set label "0.1" at 0,0.7970135660536447 front boxed offset 0.8,0
set arrow from 1,0 to 1,1 nohead lt -1
set label "32" at 1,0 front boxed offset 0.8,0
set label "64" at 1,0.3333333333333333 front boxed offset 0.8,0
set label "128" at 1,1 front boxed offset 0.8,0
set arrow from 2,0 to 2,1 nohead lt -1
set label "constant" at 2,0 front boxed offset 0.8,0
set label "cosine" at 2,0.5 front boxed offset 0.8,0
set label "step" at 2,1 front boxed offset 0.8,0
set arrow from 3,0 to 3,1 nohead lt -1
set label "0.35" at 3,0.16029840972542497 front boxed offset 0.8,0
set label "0.4" at 3,0.33633057432254027 front boxed offset 0.8,0
set label "0.45" at 3,0.5123627389196554 front boxed offset 0.8,0
set label "0.5" at 3,0.6883949035167706 front boxed offset 0.8,0
set label "0.55" at 3,0.8644270681138858 front boxed offset 0.8,0
set label "nan/inf" at 3,-0.12 front boxed offset 0.8,0
set style textbox opaque noborder fillcolor rgb 'white' margins 0.4,0.4
set palette defined (0 '#00204d', 1 '#31446b', 2 '#666970', 3 '#958f78', 4 '#b3a56e', 5 '#d9c95f')
set cbrange [0.304469:0.588508]
set cbtics ("0.35" 0.35, "0.4" 0.4, "0.45" 0.45, "0.5" 0.5, "0.55" 0.55)
set cblabel "val/loss, dark is less and better" offset 0.3,0
$data1 << END
0 1
1 0.3333333333333333
2 0
3 -0.12
END
$data2 << END
0 0
1 0.3333333333333333
2 0.5
3 1
END
$data3 << END
0 0.08123338569391535
1 0
2 1
3 0.8605895669256686
END
$data4 << END
0 0.1651213360395533
1 0.3333333333333333
2 1
3 0.7166269420748559

0 0.16715580633198202
1 1
2 0.5
3 0.7131344639292491
END
$data5 << END
0 0.38222324212869563
1 0
2 0.5
3 0.34404430377518586
END
$data6 << END
0 0.741221997299738
1 1
2 0.5
3 0.2405831593548774
END
$data7 << END
0 0.6802330272599734
1 1
2 0
3 0.13591795492872466

0 0.6744249644069682
1 0
2 1
3 0.1259510137692359
END
$data8 << END
0 0.6402040927767764
1 0
2 0
3 0.06722316301634634

0 0.6622331132410588
1 1
2 1
3 0.10502783068522288
END
$data9 << END
0 0.6010337620937407
1 0.3333333333333333
2 1
3 0
END
plot $data1 with linespoints pt 7 ps 0.5 lw 1.5 dt 2 lc rgb '#999999' notitle, \
  $data2 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#d9c95f' notitle, \
  $data3 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#c0b269' notitle, \
  $data4 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#a39a73' notitle, \
  $data5 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#585f6f' notitle, \
  $data6 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#414f6d' notitle, \
  $data7 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#203761' notitle, \
  $data8 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#15305a' notitle, \
  $data9 with linespoints pt 7 ps 0.5 lw 1.5 dt 1 lc rgb '#00204d' notitle, \
  NaN with lines lc palette notitle
