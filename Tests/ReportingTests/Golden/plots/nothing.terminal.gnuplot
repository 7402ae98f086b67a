reset session
set terminal dumb size 80, 23 noenhanced
set encoding utf8
set label "\047; system(\047touch /tmp/injected\047); \140date\140 \042 \044data1 \100x %d \134n {/Bold b}\134nset out…" at character 1, character 22
set tmargin 2
set key below left Left reverse samplen 2
set tics nomirror
set border back
set xlabel "50 % \047x\047" offset 0,0.0
set label "y_{1} (日本)" at character 1, character 21
set xrange [0:1]
set yrange [0:1]
set label "no values to show" at graph 0.5,0.5 center
plot NaN with linespoints lt 1 pt 'A' title " it\047s \140nothing\140 × nan from 50 % \047x\047 1, inf from 50 % \047x\047 2"
