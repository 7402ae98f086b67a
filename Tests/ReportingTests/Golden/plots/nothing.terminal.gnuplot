reset session
set terminal dumb mono size 80, 23 noenhanced
set encoding utf8
set label "\0047; system(\0047touch /tmp/injected\0047); \0140dat…\0042 \0044data1 \0100x %d \0134n {/Bold b}\0134nset output" at character 1, character 22
set tmargin 2
set key below left Left reverse samplen 2
set tics nomirror
set border back
set xlabel "50 % \0047x\0047" offset 0,0.0
set label "y_{1} (日本)" at character 1, character 21
set xrange [0:1]
unset xtics
set yrange [0:1]
unset ytics
set label "no values to show" at graph 0.5,0.5 center
plot NaN with linespoints lt 1 pt 'A' title " it\0047s \0140nothing\0140 × nan from 50 % \0047x\0047 1, inf from 50 % \0047x\0047 2"
