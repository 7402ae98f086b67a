set terminal svg size 800,500 dynamic font 'sans-serif,14' background rgb 'white' noenhanced
set encoding utf8
set title "Runs of experiment lenet"
set key off
unset ytics
set border 0
set xrange [-0.2:3.4]
set yrange [-0.25:1.1]
set xtics ("lr" 0, "batch_size" 1, "schedule" 2, "val/loss" 3) scale 0 nomirror
set arrow from 0,0 to 0,1 nohead lt -1
set label "0.001141" at 0,0.0 front boxed offset 0.8,0
set label "0.3124" at 0,1.0 front boxed offset 0.8,0
set arrow from 1,0 to 1,1 nohead lt -1
set label "32" at 1,0.0 front boxed offset 0.8,0
set label "128" at 1,1.0 front boxed offset 0.8,0
set arrow from 2,0 to 2,1 nohead lt -1
set label "constant" at 2,0.0 front boxed offset 0.8,0
set label "cosine" at 2,0.5 front boxed offset 0.8,0
set label "step" at 2,1.0 front boxed offset 0.8,0
set arrow from 3,0 to 3,1 nohead lt -1
set label "0.3045" at 3,0.0 front boxed offset 0.8,0
set label "0.5885" at 3,1.0 front boxed offset 0.8,0
set label "nan, inf" at 3,-0.15 front boxed offset 0.8,0
set style textbox opaque noborder fillcolor rgb 'white' margins 0.4,0.4
set palette defined (0 '#00204d', 1 '#31446b', 2 '#666970', 3 '#958f78', 4 '#cab969', 5 '#ffea46')
set cbrange [0:1]
set cblabel "val/loss"
unset colorbox
$data1 << END
0 0.0812333856939
1 0
2 1
3 0.860589566926
END
$data2 << END
0 0.16512133604
1 0.333333333333
2 1
3 0.716626942075
END
$data3 << END
0 0.68023302726
1 1
2 0
3 0.135917954929
END
$data4 << END
0 0.640204092777
1 0
2 0
3 0.0672231630163
END
$data5 << END
0 0.601033762094
1 0.333333333333
2 1
3 0
END
$data6 << END
0 0.7412219973
1 1
2 0.5
3 0.240583159355
END
$data7 << END
0 0.674424964407
1 0
2 1
3 0.125951013769
END
$data8 << END
0 1
1 0.333333333333
2 0
3 -0.15
END
$data9 << END
0 0.662233113241
1 1
2 1
3 0.105027830685
END
$data10 << END
0 0.382223242129
1 0
2 0.5
3 0.344044303775
END
$data11 << END
0 0
1 0.333333333333
2 0.5
3 1
END
$data12 << END
0 0.167155806332
1 1
2 0.5
3 0.713134463929
END
plot $data1 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.7315011318868183 notitle, \
  $data2 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.6091329007636275 notitle, \
  $data3 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.11553026168941596 notitle, \
  $data4 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.05713968856389439 notitle, \
  $data5 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.0 notitle, \
  $data6 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.2044956854516458 notitle, \
  $data7 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.10705836170385051 notitle, \
  $data8 with linespoints pt 2 lc rgb '#999999' dt 2 notitle, \
  $data9 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.08927365608243945 notitle, \
  $data10 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.292437658208908 notitle, \
  $data11 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.85 notitle, \
  $data12 with linespoints pt 7 ps 0.5 lw 1.5 lc palette frac 0.6061642943398617 notitle
