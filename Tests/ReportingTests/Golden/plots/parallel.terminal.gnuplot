reset session
set terminal dumb size 80, 23 noenhanced
set encoding utf8
set label "Runs of experiment lenet" at character 28, character 22
set tmargin 2
set key off
unset ytics
set border 0
set xrange [-0.2:3.4]
set yrange [-0.25:1.1]
set xtics ("lr" 0, "batch_size" 1, "schedule" 2, "val/loss" 3) scale 0 nomirror
set arrow from 0,0 to 0,1 nohead lt -1
set label "0.001141" at 0,0.0 front offset 1,0
set label "0.3124" at 0,1.0 front offset 1,0
set arrow from 1,0 to 1,1 nohead lt -1
set label "32" at 1,0.0 front offset 1,0
set label "128" at 1,1.0 front offset 1,0
set arrow from 2,0 to 2,1 nohead lt -1
set label "constant" at 2,0.0 front offset 1,0
set label "cosine" at 2,0.5 front offset 1,0
set label "step" at 2,1.0 front offset 1,0
set arrow from 3,0 to 3,1 nohead lt -1
set label "0.3045" at 3,0.0 front offset 1,0
set label "0.5885" at 3,1.0 front offset 1,0
set label "nan, inf" at 3,-0.15 front offset 1,0
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
plot $data1 with lines notitle, \
  $data2 with lines notitle, \
  $data3 with lines notitle, \
  $data4 with lines notitle, \
  $data5 with lines notitle, \
  $data6 with lines notitle, \
  $data7 with lines notitle, \
  $data8 with lines notitle, \
  $data9 with lines notitle, \
  $data10 with lines notitle, \
  $data11 with lines notitle, \
  $data12 with lines notitle
