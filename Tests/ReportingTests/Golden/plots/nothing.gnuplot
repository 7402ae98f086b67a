set terminal svg size 800,504 dynamic font 'sans-serif,14' background rgb 'white' noenhanced
set encoding utf8
set title "\0047; system(\0047touch /tmp/injected\0047); \0140date\0140 \0042 \0044data1 \0100x %d \0134n {/Bold b}\0134nset output"
set key below Left reverse height 0.7
set border 3 lc rgb '#555555'
set grid lc rgb '#dddddd' lt 1 lw 0.5
set tics nomirror
set border back
set xlabel "50 % \0047x\0047" offset 0,0.3
set ylabel "y_{1} (日本)"
set xrange [0:1]
unset xtics
set yrange [0:1]
unset ytics
set label "no values to show" at graph 0.5,0.5 center
plot NaN with linespoints lc rgb '#0072B2' lw 2 dt 1 pt 7 title "it\0047s \0140nothing\0140 × nan from 50 % \0047x\0047 1, inf from 50 % \0047x\0047 2"
