reset session
set terminal dumb mono size 80, 23 noenhanced
set encoding utf8
set label "Runs of experiment lenet" at character 28, character 22
set tmargin 2
set key off
unset ytics
set border 0
set xrange [-0.2:3.7]
set yrange [-0.19:1.1]
set bmargin 3
set xtics ("lr" 0, "batch_size" 1, "schedule" 2, "val/loss" 3) scale 0 nomirror
set arrow from 0,0 to 0,1 nohead lt -1
set label "0.01" at 0,0.38671887348449546 front offset 1,0
set label "0.1" at 0,0.7970135660536447 front offset 1,0
set arrow from 1,0 to 1,1 nohead lt -1
set label "32" at 1,0 front offset 1,0
set label "64" at 1,0.3333333333333333 front offset 1,0
set label "128" at 1,1 front offset 1,0
set arrow from 2,0 to 2,1 nohead lt -1
set label "constant" at 2,0 front offset 1,0
set label "cosine" at 2,0.5 front offset 1,0
set label "step" at 2,1 front offset 1,0
set arrow from 3,0 to 3,1 nohead lt -1
set label "0.35" at 3,0.16029840972542497 front offset 1,0
set label "0.4" at 3,0.33633057432254027 front offset 1,0
set label "0.45" at 3,0.5123627389196554 front offset 1,0
set label "0.5" at 3,0.6883949035167706 front offset 1,0
set label "0.55" at 3,0.8644270681138858 front offset 1,0
set label "nan/inf" at 3,-0.12 front offset 1,0
$data1 << END
0 0.08123338569391535
1 0
2 1
3 0.8605895669256686
END
$data2 << END
0 0.1651213360395533
1 0.3333333333333333
2 1
3 0.7166269420748559
END
$data3 << END
0 0.6802330272599734
1 1
2 0
3 0.13591795492872466
END
$data4 << END
0 0.6402040927767764
1 0
2 0
3 0.06722316301634634
END
$data5 << END
0 0.6010337620937407
1 0.3333333333333333
2 1
3 0
END
$data6 << END
0 0.741221997299738
1 1
2 0.5
3 0.2405831593548774
END
$data7 << END
0 0.6744249644069682
1 0
2 1
3 0.1259510137692359
END
$data8 << END
0 1
1 0.3333333333333333
2 0
3 -0.12
END
$data9 << END
0 0.6622331132410588
1 1
2 1
3 0.10502783068522288
END
$data10 << END
0 0.38222324212869563
1 0
2 0.5
3 0.34404430377518586
END
$data11 << END
0 0
1 0.3333333333333333
2 0.5
3 1
END
$data12 << END
0 0.16715580633198202
1 1
2 0.5
3 0.7131344639292491
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
